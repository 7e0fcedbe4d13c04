import { asArray, asObject, asText, type Json } from '../values.ts'

/**
 * The arguments of a call that Vertex AI sends in parts, each a value, or more of a text, and the path to it: `$.list[0].name`.
 * https://docs.cloud.google.com/vertex-ai/generative-ai/docs/multimodal/function-calling#stream-function-call-arguments
 */
export class PartialArgs {
  readonly value: Json = {}
  /** The path of a text that is not whole yet. */
  #open: string | undefined

  /** Adds the `partialArgs` of one part. */
  add(parts: unknown): void {
    for (const part of asArray(parts)) this.#add(asObject(part) ?? {})
  }

  #add({ jsonPath, stringValue, numberValue, boolValue, willContinue }: Json): void {
    const path = asText(jsonPath) ?? ''
    const steps = stepsOf(path)
    const last = steps.pop()
    if (last === undefined) return
    let at = this.value as Record<string | number, unknown>
    for (const [i, step] of steps.entries()) {
      const next = steps[i + 1] ?? last
      if (typeof at[step] !== 'object' || at[step] === null) {
        at[step] = typeof next === 'number' ? [] : {}
      }
      at = at[step] as Record<string | number, unknown>
    }
    const before = this.#open === path ? String(at[last]) : ''
    at[last] =
      typeof stringValue === 'string' ? before + stringValue : (numberValue ?? boolValue ?? null)
    this.#open = willContinue === true ? path : undefined
  }
}

/** `$.a[0]['b']` is a, 0, b. */
function stepsOf(path: string): (string | number)[] {
  const steps = path.matchAll(/\[(\d+)\]|\['([^']*)'\]|\["([^"]*)"\]|\.?([^.[\]]+)/g)
  return [...steps]
    .map(([, index, single, double, name]) =>
      index === undefined ? (single ?? double ?? name!) : Number(index),
    )
    .filter(step => step !== '$')
}
