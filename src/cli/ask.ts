// One chat completion through the running gateway, as any client would ask for it.

import { type IncomingMessage, request } from 'node:http'
import { GatewayError, reasonOf } from '../errors.ts'
import { SseDecoder } from '../wire/sse.ts'

export interface Question {
  /** Of the gateway, without a path. */
  readonly url: string
  readonly provider: string | undefined
  readonly model: string
  readonly system: string | undefined
  readonly prompt: string
  readonly stream: boolean
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

/** As much of a completion or a chunk as is read here. */
interface Completion {
  readonly model?: string
  readonly choices?: readonly {
    readonly message?: { readonly content?: string | null }
    readonly delta?: { readonly content?: string | null }
  }[]
  readonly usage?: { readonly prompt_tokens?: number; readonly completion_tokens?: number } | null
  readonly error?: ErrorBody
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
  let usage: Answer['usage']
  let firstTokenMs: number | undefined
  const take = (part: Completion, target: string | undefined) => {
    if (part.error) throw failure(part.error, undefined, target)
    model = part.model || model
    if (part.usage)
      usage = { in: part.usage.prompt_tokens ?? 0, out: part.usage.completion_tokens ?? 0 }
    const piece = part.choices?.[0]?.delta?.content ?? part.choices?.[0]?.message?.content
    if (!piece) return
    firstTokenMs ??= since()
    text += piece
    question.onText(piece)
  }

  const response = await post(question)
  const named = (name: string) => response.headers[name] as string | undefined
  const target = named('x-gateway-target')
  try {
    if (response.statusCode !== 200) throw await refusal(response, target)
    if (/^text\/event-stream/.test(named('content-type') ?? ''))
      await readEvents(response, part => take(part, target))
    else take(json(await readText(response)), target)
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
    usage,
    // What comes in one piece has no first token of its own.
    firstTokenMs: question.stream ? firstTokenMs : undefined,
    totalMs: since(),
  }
}

function post({ url, provider, model, system, prompt, stream, signal }: Question) {
  const body = JSON.stringify({
    model,
    messages: [
      ...(system === undefined ? [] : [{ role: 'system', content: system }]),
      { role: 'user', content: prompt },
    ],
    ...(stream ? { stream: true, stream_options: { include_usage: true } } : {}),
  })
  const path = `${provider === undefined ? '' : `/${encodeURIComponent(provider)}`}/v1/chat/completions`
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

async function readEvents(
  response: IncomingMessage,
  take: (part: Completion) => void,
): Promise<void> {
  const decoder = new SseDecoder()
  for await (const chunk of response) {
    for (const { data } of decoder.push(chunk as Buffer)) {
      if (data === '[DONE]') return
      take(json(data))
    }
  }
  throw new Error('it ended without [DONE]')
}

async function refusal(
  response: IncomingMessage,
  target: string | undefined,
): Promise<GatewayError> {
  const text = await readText(response)
  let error: ErrorBody | undefined
  try {
    error = (JSON.parse(text) as Completion).error
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

function json(text: string): Completion {
  try {
    return JSON.parse(text) as Completion
  } catch {
    throw new Error('it is not JSON')
  }
}

async function readText(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of response) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}
