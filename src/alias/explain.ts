import { GatewayError } from '../errors.ts'
import { conversationKey } from '../wire/conversation.ts'
import type { Operation, Protocol } from '../wire/protocol.ts'
import { atOnce } from '../wire/steps.ts'
import { type Fallback, type Layer, nothingSaid, type Params, type Timeouts } from './alias.ts'
import { bodyFor, findModel } from './body.ts'
import { choose } from './choose.ts'
import { layerText } from './overlay.ts'
import { addressedTo, resolve } from './resolve.ts'
import { type Match, rules } from './rules.ts'
import type { AliasTable } from './table.ts'

/** What one rule said of one name. */
export interface RuleStep {
  /** The name it was asked about: the one sent, or a bare target that an alias led to. */
  readonly name: string
  /** How many aliases lead to that name. */
  readonly depth: number
  readonly number: number
  readonly says: string
  /** What it found, as in `alias fast` or `openai/gpt-4`; undefined where it does not apply. */
  readonly found: string | undefined
  /** What gave the alias it found; absent for one of the file, and for what is no alias. */
  readonly layer?: Layer
}

export interface ExplainedTarget {
  readonly provider: string
  readonly model: string
  /** The names passed on the way. */
  readonly via: readonly string[]
  readonly params: Params
}

/** The whole resolution of a name, rule by rule: the same walk that a request takes. */
export interface Explanation {
  readonly name: string
  /** Whom the request is addressed to, and whether its path says so. */
  readonly addressed: { readonly provider: string; readonly byPath: boolean } | null
  readonly steps: readonly RuleStep[]
  readonly dropped: readonly { readonly what: string; readonly why: string }[]
  /** In the order to try them; with weights, in that of the conversation, or of the file where none is known. */
  readonly targets: readonly ExplainedTarget[]
  readonly rule: number | null
  readonly weighted: { readonly sticky: boolean } | null
  /** As much as the aliases on the way say of it. */
  readonly fallback: Partial<Fallback>
  readonly timeouts: Partial<Timeouts>
  /** Why it leads nowhere; `targets` is then empty. */
  readonly error: { readonly code: string; readonly message: string; readonly hint?: string } | null
}

export interface ExplainOptions {
  /** The provider that the path names. */
  readonly provider?: string | undefined
  /** The key of a conversation, by which lists with weights are put in order. */
  readonly conversation?: string | undefined
}

/** Explains what a name means. Never throws for a name that means nothing: the explanation says so. */
export function explain(
  table: AliasTable,
  name: string,
  { provider, conversation }: ExplainOptions = {},
): Explanation {
  const steps: RuleStep[] = []
  const dropped: { what: string; why: string }[] = []
  const outcome = attempt(() => {
    const resolution = resolve(table, name, {
      provider,
      witness: {
        tried(depth, asked, number, match) {
          const { says } = rules.find(rule => rule.number === number)!
          const layer = match?.kind === 'alias' ? match.alias.layer : undefined
          steps.push({
            name: asked,
            depth,
            number,
            says,
            found: match && found(match),
            ...(layer ? { layer } : {}),
          })
        },
        dropped: (_depth, what, why) => void dropped.push({ what, why }),
        landed: () => {},
      },
    })
    const targets =
      conversation === undefined ? resolution.targets : choose(resolution, conversation)
    return { resolution, targets }
  })
  const done = 'value' in outcome ? outcome.value : undefined
  const addressed = attempt(() => addressedTo(table, provider))
  const to = 'value' in addressed ? addressed.value : undefined
  return {
    name,
    addressed: to ? { provider: to.provider.name, byPath: to.byPath } : null,
    steps,
    dropped,
    targets: done?.targets ?? [],
    rule: done?.resolution.rule ?? null,
    weighted: done?.resolution.weighted ? { sticky: done.resolution.weighted.sticky } : null,
    fallback: done?.resolution.fallback ?? nothingSaid,
    timeouts: done?.resolution.timeouts ?? nothingSaid,
    error: 'error' in outcome ? wordsOf(outcome.error) : null,
  }
}

const found = (match: Match): string =>
  match.kind === 'model'
    ? `${match.provider.name}/${match.model}`
    : [
        `alias ${match.alias.name}`,
        ...(match.owner ? [`of ${match.owner.name}`] : []),
        ...(match.alias.layer ? [`(${layerText(match.alias.layer)})`] : []),
        `-> ${match.alias.targets.map(target => target.model).join(', ')}`,
      ].join(' ')

function attempt<T>(act: () => T): { readonly value: T } | { readonly error: GatewayError } {
  try {
    return { value: act() }
  } catch (error) {
    if (error instanceof GatewayError) return { error }
    throw error
  }
}

const wordsOf = ({ code, message, hint }: GatewayError) => ({
  code,
  message,
  ...(hint === undefined ? {} : { hint }),
})

/** A request as `explain` is given one. */
export interface ExplainedRequest {
  readonly name: string
  /** The HTTP path it would be sent to, e.g. `/openai` or `/v1/messages`. */
  readonly path?: string
  /** A JSON body. */
  readonly body?: string
}

/**
 * Explains a request: the provider that its path names, the order of weights in its conversation, and the body that the
 * first target would get. Throws `body_invalid` for a body that is no JSON object.
 */
export function explainRequest(
  table: AliasTable,
  { name, path, body }: ExplainedRequest,
): { readonly explanation: Explanation; readonly body?: string } {
  // Before anything else reads it: a body that is no JSON is to be said so.
  const found = body === undefined ? undefined : findModel(Buffer.from(body), name)
  const explanation = explain(table, name, {
    provider: scopeOf(table, path),
    conversation: found && atOnce(conversationKey(found, [])),
  })
  const [target] = explanation.targets
  if (!found || !target) return { explanation }
  const sent = atOnce(bodyFor(found, target, operationOf(path)))
  return { explanation, body: sent.toString('utf8') }
}

/** The provider that a path names: its first part, where that is no version of an API. */
function scopeOf(table: AliasTable, path: string | undefined): string | undefined {
  const first = path?.split('/').find(part => part !== '')
  if (first === undefined || /^v\d/.test(first) || /^\/?openai\/deployments\//.test(path!))
    return undefined
  // A path that names nobody is an error to be shown, unless it is an endpoint without its /v1.
  return table.providers.has(first) || !path!.slice(1).includes('/') ? first : undefined
}

/** What is asked at a path, by its end; a chat where none is known. */
function operationOf(path = ''): Operation {
  const ends: readonly (readonly [RegExp, Protocol])[] = [
    [/\/chat\/completions$/, 'chat'],
    [/\/completions$/, 'completions'],
    [/\/embeddings$/, 'embeddings'],
    [/\/responses$/, 'responses'],
    [/\/messages(\/count_tokens)?$/, 'messages'],
    [/\/models\/.*:/, 'gemini'],
    [/\/(images|audio|moderations|rerank)\b/, 'media'],
  ]
  const protocol = ends.find(([end]) => end.test(path))?.[1] ?? 'chat'
  return { protocol, path: path.slice(Math.max(0, path.lastIndexOf(':'))) }
}
