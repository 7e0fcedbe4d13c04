// What a request has in tokens, where nobody counts them. It must not say too little: Claude Code sums a conversation up by
// this figure, and would come too late. The figures are fitted to recorded counts: PROTOCOLS 3.12

import { jsonInSteps } from '../../wire/json-pieces.ts'
import { atOnce, type Steps } from '../../wire/steps.ts'
import type { ModelFacts } from '../facts.ts'
import type { ModelRequest, Part, Source } from '../message.ts'
import { tokensIn, tokensInSteps } from '../tokens.ts'
import { pictureTokens } from './picture-tokens.ts'

/** Its role and its place. */
const perMessage = 4
/** What a page of a PDF has at most; it is shown as text and as a picture. */
const perPage = 3000
/** So many bytes of a PDF are one page at least. */
const pageBytes = 50_000

/** An estimate of the tokens of a request, for a model that has these facts. */
export const estimateTokens = (request: ModelRequest, facts: ModelFacts): number =>
  atOnce(estimateInSteps(request, facts))

/** The same in steps: a megabyte takes six milliseconds. */
export function* estimateInSteps(request: ModelRequest, facts: ModelFacts): Steps<number> {
  const { messages, tools, toolChoice, format } = request
  let said = 0
  for (const { parts } of messages) said += perMessage + (yield* textTokens(parts))
  const schema = format?.kind === 'schema' ? yield* jsonTokens(format.schema) : 0
  let offered = 0
  for (const tool of tools) offered += (yield* jsonTokens(tool)) * 1.2
  const text = (said + schema) * facts.tokenFactor + (offered * facts.tokenFactor) / 1.12
  const fixed = tools.length > 0 ? overhead(toolChoice?.mode, facts) : 0
  let shown = 0
  for (const { parts } of messages) shown += yield* shownTokens(parts)
  return Math.ceil(text + fixed + shown + perMessage)
}

/** What Anthropic tells a model of tools as such. */
const overhead = (mode: string | undefined, facts: ModelFacts): number =>
  facts.tokenFactor > 1.2 ? 620 : mode === 'any' || mode === 'tool' ? 600 : 520

function* jsonTokens(value: unknown): Steps<number> {
  return yield* tokensInSteps(yield* jsonInSteps(value, JSON.stringify))
}

function* textTokens(parts: readonly Part[]): Steps<number> {
  let sum = 0
  for (const part of parts) {
    sum += yield* partTokens(part)
    yield
  }
  return sum
}

function* partTokens(part: Part): Steps<number> {
  switch (part.t) {
    case 'text':
    case 'refusal':
      return yield* tokensInSteps(part.text)
    case 'reasoning':
      return (yield* tokensInSteps(part.text)) + (part.redacted?.value.length ?? 0) / 4
    case 'tool_call':
      return tokensIn(part.name) + (yield* tokensInSteps(part.args)) + 20
    case 'tool_result':
      return 20 + (yield* textTokens(part.parts))
    case 'opaque':
      return yield* jsonTokens(part.raw)
    case 'file': {
      const { title, name, context } = part
      const beside = `${title ?? name ?? ''}${context ?? ''}`
      return (yield* fileText(part.source)) + (yield* tokensInSteps(beside))
    }
    case 'image':
    case 'audio':
      return 0
    default:
      return part satisfies never
  }
}

function* fileText(source: Source): Steps<number> {
  if ('text' in source) return yield* tokensInSteps(source.text)
  if (!('base64' in source) || !source.mime.startsWith('text/')) return 0
  return yield* tokensInSteps(Buffer.from(source.base64, 'base64').toString())
}

/** Pictures, pages and sounds, which no tokenizer has to do with. */
function* shownTokens(parts: readonly Part[]): Steps<number> {
  let sum = 0
  for (const part of parts) {
    yield
    if (part.t === 'image') sum += pictureTokens(part.source)
    else if (part.t === 'file') sum += pageTokens(part.source)
    else if (part.t === 'audio') sum += part.base64.length / 100
    else if (part.t === 'tool_result') sum += yield* shownTokens(part.parts)
  }
  return sum
}

function pageTokens(source: Source): number {
  if ('text' in source) return 0
  if (!('base64' in source)) return perPage
  const { base64, mime } = source
  if (mime.startsWith('text/')) return 0
  if (mime.startsWith('image/')) return pictureTokens(source)
  const bytes = Buffer.from(base64, 'base64')
  const marked = bytes.toString('latin1').match(/\/Type\s*\/Page(?!s)/g)?.length ?? 0
  return Math.max(marked, Math.ceil(bytes.length / pageBytes)) * perPage
}
