// The demo provider: an upstream of ours that speaks OpenAI's API over real HTTP, for trying the gateway without a key and
// for testing it. It answers to every model name, needs no credential, and misbehaves on request (faults.ts).

import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Answer, ApiError, type Body, isObject } from './api.ts'
import { chat, lastPrompt } from './chat.ts'
import { completions } from './completions.ts'
import { embeddings } from './embeddings.ts'
import { type Behaviour, behave, errorFor, serverError } from './faults.ts'
import { listModels, showModel } from './models.ts'
import { echoWebSocket } from './websocket.ts'

export interface DemoOptions {
  /** 0, the default, for any free one. */
  readonly port?: number
  /** Milliseconds before the head of an answer; by default about what a near model takes. */
  readonly latency?: number
  /** Milliseconds between the events of a stream; by default a little faster than one reads. */
  readonly pace?: number
}

export interface Demo {
  /** `http://127.0.0.1:PORT/v1`: a base URL. */
  readonly url: string
  /** Cuts what is running, and resolves when the port is free. */
  close(): Promise<void>
}

type Handler = (body: Body, rest: string) => Answer

/** Everything it serves. A path that ends in `/` takes the rest as a name. */
const routes: readonly [method: string, path: string, handler: Handler][] = [
  ['POST', '/v1/chat/completions', body => chat(body, Date.now())],
  ['POST', '/v1/completions', body => completions(body, Date.now())],
  ['POST', '/v1/embeddings', body => embeddings(body)],
  ['GET', '/v1/models', () => listModels()],
  ['GET', '/v1/models/', (_, name) => showModel(name)],
]

/** Starts the demo provider on a loopback port. Rejects with the system's error when the port is taken. */
export async function startDemo(options: DemoOptions = {}): Promise<Demo> {
  const { port = 0, latency = 80, pace = 15 } = options
  const upgraded = new Set<Duplex>()
  const server = createServer((request, response) => {
    void serve(request, response, { latency, pace })
  })
  server.on('upgrade', (request, socket, head) => {
    upgraded.add(socket)
    socket.on('close', () => upgraded.delete(socket))
    echoWebSocket(request, socket, head)
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    async close() {
      if (!server.listening) return
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      // An upgraded socket is no longer one of the server's connections.
      for (const socket of upgraded) socket.destroy()
      await closed
    },
  }
}

/** Answers one request. Never rejects: whatever goes wrong becomes an answer, or nothing if the client has left. */
async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  usual: { readonly latency: number; readonly pace: number },
): Promise<void> {
  const started = performance.now()
  const left = new AbortController()
  // A client that leaves ends every wait at once, and with it the work.
  response.on('close', () => left.abort())
  const { signal } = left
  try {
    response.setHeader('x-request-id', `req_${randomUUID().replaceAll('-', '')}`)
    const [handler, rest] = find(request)
    const body = request.method === 'POST' ? await readBody(request) : {}
    const model = typeof body['model'] === 'string' ? body['model'] : ''
    const behaviour = behave(usual, String(request.headers['x-demo'] ?? ''), [
      model,
      ...[body['prompt'], body['input']].flat().filter(text => typeof text === 'string'),
      lastPrompt(body['messages']),
    ])
    await pause(behaviour.latency, signal)
    if (behaviour.fault === 'hang') return
    const error = errorFor(behaviour.fault, model)
    if (error) throw error
    const answer = handler(body, rest)
    setHeaders(response, started)
    if (behaviour.fault === 'empty') response.writeHead(200, { 'content-length': 0 }).end()
    else if ('json' in answer) sendJson(response, answer.json, behaviour)
    else await sendEvents(response, answer.events, behaviour, signal)
  } catch (error) {
    if (signal.aborted) return
    const known = error instanceof ApiError ? error : serverError()
    const text = JSON.stringify(known)
    response
      .writeHead(known.status, {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(text),
        ...known.headers,
      })
      .end(text)
  }
}

function find(request: IncomingMessage): [handler: Handler, rest: string] {
  const path = request.url!.split('?')[0]!
  const matches = routes.filter(([, known]) =>
    known.endsWith('/') ? path.startsWith(known) && path !== known : path === known,
  )
  const route = matches.find(([method]) => method === request.method)
  if (route) return [route[2], decode(path.slice(route[1].length))]
  if (matches.length > 0)
    throw new ApiError(405, `Not allowed to ${request.method} on ${path}.`, {
      code: 'method_not_supported',
      headers: { allow: matches.map(([method]) => method).join(', ') },
    })
  throw new ApiError(404, `Invalid URL (${request.method} ${path})`)
}

function decode(name: string): string {
  try {
    return decodeURIComponent(name)
  } catch {
    return name
  }
}

async function readBody(request: IncomingMessage): Promise<Body> {
  const chunks: Buffer[] = []
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk)
  try {
    const body: unknown = JSON.parse(Buffer.concat(chunks).toString())
    if (isObject(body)) return body
  } catch {}
  throw new ApiError(
    400,
    'We could not parse the JSON body of your request. The API expects a JSON object.',
  )
}

function setHeaders(response: ServerResponse, started: number): void {
  const headers = {
    'openai-organization': 'demo',
    'openai-version': '2020-10-01',
    'openai-processing-ms': Math.round(performance.now() - started),
    'x-ratelimit-limit-requests': 10000,
    'x-ratelimit-remaining-requests': 9999,
    'x-ratelimit-reset-requests': '6ms',
    'x-ratelimit-limit-tokens': 2000000,
    'x-ratelimit-remaining-tokens': 1999000,
    'x-ratelimit-reset-tokens': '30ms',
  }
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
}

function sendJson(response: ServerResponse, json: unknown, { fault }: Behaviour): void {
  if (fault === 'error-in-stream') throw serverError()
  const bytes = Buffer.from(JSON.stringify(json))
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': bytes.length })
  if (fault === 'die') response.write(bytes.subarray(0, bytes.length / 2), () => response.destroy())
  else response.end(bytes)
}

async function sendEvents(
  response: ServerResponse,
  events: readonly unknown[],
  { pace, fault }: Behaviour,
  signal: AbortSignal,
): Promise<void> {
  response.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-cache',
  })
  const send = (data: string) =>
    new Promise<void>(sent => response.write(`data: ${data}\n\n`, () => sent()))
  const breaks = fault === 'die' || fault === 'error-in-stream' ? events.length >> 1 : Infinity
  for (const [index, event] of events.entries()) {
    if (index > 0) await pause(pace, signal)
    if (index === breaks && fault === 'die') return void response.destroy()
    if (index === breaks) return void response.end(`data: ${JSON.stringify(serverError())}\n\n`)
    await send(JSON.stringify(event))
    signal.throwIfAborted()
  }
  response.end('data: [DONE]\n\n')
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (ms > 0) await sleep(ms, undefined, { signal })
  signal.throwIfAborted()
}
