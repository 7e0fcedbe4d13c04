// The demo provider: an upstream of ours that speaks the APIs of OpenAI, Anthropic and Google over real HTTP, for trying the
// gateway without a key and for testing it. It answers to every model name, needs no credential, and misbehaves on request (faults.ts).

import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { clientCodecs } from '../translate/codecs.ts'
import { ApiError, type Body, invalid, isObject, type Stream } from './api.ts'
import type { Language } from './conversation.ts'
import { type Behaviour, behave, errorFor, serverError } from './faults.ts'
import { type Route, routes } from './routes.ts'
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
  const [path, query] = splitPath(request)
  const found = routes.filter(route => route.path.test(path))
  const language = found[0]?.language ?? languageOf(path)
  try {
    response.setHeader(
      language === 'messages' ? 'request-id' : 'x-request-id',
      `req_${randomUUID().replaceAll('-', '')}`,
    )
    const route = found.find(({ method }) => method === request.method)
    if (!route) throw missing(request, path, found)
    const names = route.path.exec(path)!.slice(1).map(decode)
    const body = request.method === 'POST' ? await readBody(request) : {}
    const model =
      typeof body['model'] === 'string' && body['model'] !== '' ? body['model'] : names[0]
    // Gemini's method follows the model, and says whether to stream.
    const operation = path.slice(Math.max(0, path.lastIndexOf(':')))
    const asked = { body, model, path: operation + query, now: Date.now() }
    const understood = route.handle(asked, names)
    const behaviour = behave(usual, String(request.headers['x-demo'] ?? ''), [
      understood.model,
      ...understood.says,
    ])
    await pause(behaviour.latency, signal)
    if (behaviour.fault === 'hang') return
    const error = errorFor(behaviour.fault, understood.model)
    if (error) throw error
    const answer = understood.answer()
    setHeaders(response, language, started)
    if (behaviour.fault === 'empty') response.writeHead(200, { 'content-length': 0 }).end()
    else if ('json' in answer) sendJson(response, answer.json, behaviour)
    else await sendStream(response, answer, behaviour, signal)
  } catch (error) {
    if (signal.aborted) return
    const { error: known, headers } = error instanceof ApiError ? error : new ApiError(serverError)
    const { status, body } = clientCodecs[language]!.encodeError(known)
    const text = JSON.stringify(body)
    response
      .writeHead(headers['allow'] === undefined ? status : 405, {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(text),
        ...headers,
      })
      .end(text)
  }
}

/** A path without its query, and that. Anthropic's clients list models where OpenAI's do, but for a header. */
function splitPath({ url, headers }: IncomingMessage): [path: string, query: string] {
  const [path = '', query] = url!.split('?')
  const anthropic = 'anthropic-version' in headers && path.startsWith('/v1/models')
  return [(anthropic ? '/anthropic' : '') + path, query === undefined ? '' : `?${query}`]
}

/** In which to say that there is nothing at a path. */
function languageOf(path: string): Language {
  if (path.startsWith('/v1beta')) return 'gemini'
  return path.startsWith('/anthropic/') ? 'messages' : 'chat'
}

function missing(
  { method, url }: IncomingMessage,
  path: string,
  others: readonly Route[],
): ApiError {
  if (others.length === 0) {
    return new ApiError({ kind: 'not_found', message: `Invalid URL (${method} ${url})` })
  }
  const allow = others.map(({ method }) => method).join(', ')
  return new ApiError(
    {
      kind: 'invalid',
      message: `Not allowed to ${method} on ${path}.`,
      code: 'method_not_supported',
    },
    { allow },
  )
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
  throw invalid('We could not parse the JSON body of your request. The API expects a JSON object.')
}

/** What each vendor says beside an answer. */
function setHeaders(response: ServerResponse, language: Language, started: number): void {
  const openai = {
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
  const anthropic = {
    'anthropic-organization-id': 'demo',
    'anthropic-ratelimit-requests-limit': 10000,
    'anthropic-ratelimit-requests-remaining': 9999,
    'anthropic-ratelimit-tokens-limit': 2000000,
    'anthropic-ratelimit-tokens-remaining': 1999000,
  }
  const headers = { chat: openai, responses: openai, messages: anthropic, gemini: {} }[language]
  for (const [name, value] of Object.entries<string | number>(headers))
    response.setHeader(name, value)
}

function sendJson(response: ServerResponse, json: unknown, { fault }: Behaviour): void {
  if (fault === 'error-in-stream') throw new ApiError(serverError)
  const bytes = Buffer.from(JSON.stringify(json))
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': bytes.length })
  if (fault === 'die') response.write(bytes.subarray(0, bytes.length / 2), () => response.destroy())
  else response.end(bytes)
}

async function sendStream(
  response: ServerResponse,
  { contentType, steps, fail }: Stream,
  { pace, fault }: Behaviour,
  signal: AbortSignal,
): Promise<void> {
  response.writeHead(200, { 'content-type': contentType, 'cache-control': 'no-cache' })
  const send = (text: string) => new Promise<void>(sent => response.write(text, () => sent()))
  const breaks = fault === 'die' || fault === 'error-in-stream' ? steps.length >> 1 : Infinity
  let begun = false
  for (const [index, step] of steps.entries()) {
    if (index === breaks && fault === 'die') return void response.destroy()
    if (index === breaks) return void response.end(fail(serverError))
    const text = step()
    if (text === '') continue
    if (begun) await pause(pace, signal)
    begun = true
    await send(text)
    signal.throwIfAborted()
  }
  response.end()
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (ms > 0) await sleep(ms, undefined, { signal })
  signal.throwIfAborted()
}
