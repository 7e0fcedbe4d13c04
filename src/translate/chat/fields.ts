import { GatewayError } from '../../errors.ts'
import type { CacheMark } from '../message.ts'
import { asObject, asText, type Json } from '../values.ts'

/** The request is not what the API takes, whoever is behind it. */
export const malformed = (reason: string): GatewayError =>
  new GatewayError('bad_request', { reason })

/** `field` has a meaning that would be lost on the way. */
export const untranslatable = (field: string, reason: string): GatewayError =>
  new GatewayError('untranslatable', { field, reason })

/** One object of a request, with a memory of which of its fields were taken. A null is as if it were not written. */
export class Fields {
  readonly #value: Json
  readonly #left: Set<string>

  constructor(value: Json) {
    this.#value = value
    this.#left = new Set(Object.keys(value).filter(name => value[name] != null))
  }

  take(name: string): unknown {
    this.#left.delete(name)
    return this.#value[name] ?? undefined
  }

  /** Throws `bad_request`. */
  number(name: string): number | undefined {
    const value = this.take(name)
    if (value === undefined || typeof value === 'number') return value
    throw malformed(`${name} is not a number`)
  }

  /** An empty text is as if it were not written. Throws `bad_request`. */
  text(name: string): string | undefined {
    const value = this.take(name)
    if (value === undefined || typeof value === 'string') return value || undefined
    throw malformed(`${name} is not a string`)
  }

  /** Throws `bad_request`. */
  flag(name: string): boolean | undefined {
    const value = this.take(name)
    if (value === undefined || typeof value === 'boolean') return value
    throw malformed(`${name} is not true or false`)
  }

  /** Throws `bad_request`. */
  list(name: string): readonly unknown[] | undefined {
    const value = this.take(name)
    if (value === undefined || Array.isArray(value)) return value
    throw malformed(`${name} is not an array`)
  }

  /** Those of these fields that are there; undefined where none is. */
  some(names: readonly string[]): Json | undefined {
    const found = names
      .map(name => [name, this.take(name)] as const)
      .filter(([, v]) => v !== undefined)
    return found.length === 0 ? undefined : Object.fromEntries(found)
  }

  /** What nobody took. */
  rest(): string[] {
    return [...this.#left]
  }
}

/** Anthropic's `cache_control`, which many clients put into messages of this protocol too. */
export function cacheMark(value: unknown): { cache?: CacheMark } {
  const mark = asObject(value)
  if (!mark) return {}
  const ttl = asText(mark['ttl'])
  return { cache: ttl === undefined ? {} : { ttl } }
}

/** The entries that are there. */
export function given<T extends object>(
  entries: {
    readonly [K in keyof T]: T[K] | undefined
  },
): Partial<{ [K in keyof T]: Exclude<T[K], undefined> }> {
  const there: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(entries)) if (value !== undefined) there[name] = value
  return there as never
}
