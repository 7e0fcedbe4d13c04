// One question through the running gateway, as any client would ask it.

import { type IncomingMessage, request } from 'node:http'
import { StringDecoder } from 'node:string_decoder'
import { GatewayError, reasonOf } from '../errors.ts'
import { SseDecoder } from '../wire/sse.ts'
import {
  type ClientName,
  type ClientProtocol,
  clientProtocols,
  type Prompt,
} from './client-protocols.ts'

export interface Question extends Prompt {
  /** Of the gateway, without a path. */
  readonly url: string
  /** The protocol to ask in. */
  readonly as: ClientName
  readonly provider: string | undefined
  readonly signal: AbortSignal
  /** Told each piece of the answer as it comes, and a line end where the answer has none. */
  readonly onText: (text: string) => void
}

export interface Answer {
  /** The name that was asked for, and `provider/model` it led to; undefined where the gateway does not say. */
  readonly alias: string | undefined
  readonly target: string | undefined
  /** The model the provider says it was. */
  readonly model: string | undefined
  readonly text: string
  /** In tokens. */
  readonly usage: { readonly in: number; readonly out: number } | undefined
  /** Milliseconds from the request to the first text, and to the end. */
  readonly firstTokenMs: number | undefined
  readonly totalMs: number
}

interface ErrorBody {
  readonly message?: string
  readonly code?: string | number | null
  readonly source?: string
  readonly hint?: string
}

/** Throws `request_failed` where the gateway or the provider answers with an error, at whatever time. */
export async function askGateway(question: Question): Promise<Answer> {
  const start = performance.now()
  const since = () => performance.now() - start
  let text = ''
  let model: string | undefined
  let input: number | undefined
  let output: number | undefined
  let firstTokenMs: number | undefined
  const protocol: ClientProtocol = clientProtocols[question.as]
  /** Reads one more part; true where that was the last. */
  const take = (json: unknown, target: string | undefined): boolean => {
    const error = errorIn(json)
    if (error) throw failure(error, undefined, target)
    const read = protocol.read(json)
    model = read.model || model
    input = read.in ?? input
    output = read.out ?? output
    if (!read.text) return read.last === true
    firstTokenMs ??= since()
    text += read.text
    question.onText(read.text)
    return read.last === true
  }

  const response = await post(question, protocol)
  const named = (name: string) => response.headers[name] as string | undefined
  const target = named('x-gateway-target')
  try {
    if (response.statusCode !== 200) throw await refusal(response, target)
    const type = named('content-type') ?? ''
    if (/^text\/event-stream/.test(type)) {
      await readStream(response, events(), json => take(json, target))
    } else if (/^application\/x-ndjson/.test(type)) {
      await readStream(response, lines(), json => take(json, target))
    } else take(parsed(await readText(response)), target)
  } catch (error) {
    if (error instanceof GatewayError) throw error
    throw new GatewayError('request_failed', { reason: `the answer broke off: ${reasonOf(error)}` })
  } finally {
    if (text !== '' && !text.endsWith('\n')) question.onText('\n')
  }
  return {
    alias: named('x-gateway-alias'),
    target,
    model,
    text,
    usage:
      input === undefined && output === undefined
        ? undefined
        : { in: input ?? 0, out: output ?? 0 },
    // What comes in one piece has no first token of its own.
    firstTokenMs: question.stream ? firstTokenMs : undefined,
    totalMs: since(),
  }
}

function post(question: Question, protocol: ClientProtocol) {
  const { url, as, provider, model, signal } = question
  // Below a provider Ollama's paths are that provider's own.
  const named = as === 'ollama' && provider !== undefined
  const prompt = named ? { ...question, model: `${provider}/${model}` } : question
  const below = named || provider === undefined ? '' : `/${encodeURIComponent(provider)}`
  const body = JSON.stringify(protocol.body(prompt))
  const path = below + protocol.path(prompt)
  return new Promise<IncomingMessage>((resolve, reject) => {
    const call = request(new URL(path, url), {
      method: 'POST',
      agent: false,
      signal,
      headers: {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
        'user-agent': 'gateway-test',
      },
    })
    call.on('response', resolve)
    call.on('error', cause =>
      reject(
        new GatewayError(
          'request_failed',
          { reason: `cannot reach the gateway at ${url}: ${reasonOf(cause)}` },
          cause,
        ),
      ),
    )
    call.end(body)
  })
}

/** Takes what `split` finds in the chunks of a stream. Throws where it ends before its last. */
async function readStream(
  response: IncomingMessage,
  split: (chunk: Buffer) => readonly string[],
  take: (json: unknown) => boolean,
): Promise<void> {
  let whole = false
  for await (const chunk of response) {
    // Chat Completions says so outside of any JSON.
    for (const data of split(chunk as Buffer))
      whole = data === '[DONE]' || take(parsed(data)) || whole
  }
  if (!whole) throw new Error('it ended too early')
}

/** The data of server-sent events. */
function events(): (chunk: Buffer) => string[] {
  const decoder = new SseDecoder()
  return chunk => decoder.push(chunk).map(({ data }) => data)
}

/** Lines of JSON. */
function lines(): (chunk: Buffer) => string[] {
  const decoder = new StringDecoder()
  let rest = ''
  return chunk => {
    const all = (rest + decoder.write(chunk)).split('\n')
    rest = all.pop()!
    return all.filter(line => line.trim() !== '')
  }
}

async function refusal(
  response: IncomingMessage,
  target: string | undefined,
): Promise<GatewayError> {
  const text = await readText(response)
  let error: ErrorBody | undefined
  try {
    error = errorIn(JSON.parse(text))
  } catch {
    // Some providers answer errors in plain text or HTML; its beginning tells enough.
  }
  return failure(error ?? { message: text.slice(0, 300) }, response.statusCode, target)
}

function failure(
  { message, code, source, hint }: ErrorBody,
  status: number | undefined,
  target: string | undefined,
): GatewayError {
  const who = source === 'gateway' ? 'the gateway' : (target ?? 'the provider')
  const what = status === undefined ? 'broke off the answer' : `answered ${status}`
  return new GatewayError('request_failed', {
    reason: `${who} ${what}: ${message || code || 'no reason given'}`,
    hint,
  })
}

/** The error in an answer or an event, in any of the protocols. */
function errorIn(json: unknown): ErrorBody | undefined {
  const said = json as Partial<Failing> & ErrorBody
  if (said.type === 'error' && said.message !== undefined) return said
  const error = said.error ?? said.response?.error
  if (typeof error === 'string') return { ...said, message: error }
  return error ? { ...(said.source && { source: said.source }), ...error } : undefined
}

/** Ollama's errors are bare texts; of Responses a stream fails with an event named `error`, or with the whole response. */
interface Failing {
  readonly type: string
  readonly error: ErrorBody | string | null
  readonly response: { readonly error?: ErrorBody | null }
}

function parsed(text: string): unknown {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {}
  if (typeof json === 'object' && json !== null) return json
  throw new Error('it is not JSON')
}

async function readText(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of response) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}
