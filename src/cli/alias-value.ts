import { GatewayError } from '../errors.ts'

/** What `alias add` says of an alias, besides its name. */
export interface AliasWords {
  readonly target: readonly string[]
  readonly weight: readonly string[] | undefined
  readonly set: readonly string[] | undefined
  readonly default: readonly string[] | undefined
  readonly remove: readonly string[] | undefined
  readonly system: string | undefined
  readonly 'respond-as': string | undefined
  readonly description: string | undefined
  readonly hidden: boolean
}

/**
 * The alias as the config file writes it, in its shortest form: a text, a `target`, or `targets`. Throws `usage` for
 * weights that do not go with the targets, and for what is no KEY=VALUE.
 */
export function aliasValue(words: AliasWords): unknown {
  const weights = (words.weight ?? []).map(weightOf)
  if (weights.length > 0 && (weights.length !== words.target.length || weights.length < 2)) {
    throw usage(
      `${weights.length} weights for ${words.target.length} targets`,
      'give one --weight for each of two targets or more, in their order',
    )
  }
  const targets = words.target.map((model, i) =>
    weights.length > 0 ? { model, weight: weights[i] } : model,
  )
  const more = {
    ...filled('set', pairs(words.set)),
    ...filled('default', pairs(words.default)),
    ...filled('remove', words.remove),
    ...filled('system', words.system),
    ...filled('respondAs', words['respond-as']),
    ...(words.hidden ? { hidden: true } : {}),
    ...filled('description', words.description),
  }
  if (targets.length > 1) return { targets, ...more }
  return Object.keys(more).length > 0 ? { target: targets[0], ...more } : targets[0]
}

const filled = (key: string, value: unknown): object =>
  value === undefined ? {} : { [key]: value }

function weightOf(text: string): number {
  const weight = Number(text)
  if (text.trim() !== '' && weight > 0 && Number.isFinite(weight)) return weight
  throw usage(`"${text}" is no weight`, 'a weight is a number above 0')
}

/** `k=v` each; a value that reads as JSON is that, anything else is text: `n=1`, `on=true`, `effort=high`, `stop=["a"]`. */
function pairs(texts: readonly string[] | undefined): Record<string, unknown> | undefined {
  if (!texts) return undefined
  return Object.fromEntries(
    texts.map(text => {
      const equals = text.indexOf('=')
      if (equals <= 0) throw usage(`"${text}" is no KEY=VALUE`, 'as in --set reasoning_effort=high')
      return [text.slice(0, equals), jsonOrText(text.slice(equals + 1))]
    }),
  )
}

function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

const usage = (reason: string, hint: string): GatewayError =>
  new GatewayError('usage', { reason, hint })
