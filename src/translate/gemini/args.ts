import { atOnce, type Steps } from '../../wire/steps.ts'
import { parseExactInSteps } from '../exact.ts'
import { asObject, type Json } from '../values.ts'

/** The arguments of a call as the object that Gemini takes; what is none, as the text `input` of one. */
export const argsObject = (args: string): Json => atOnce(argsInSteps(args))

/** The same in steps. */
export function* argsInSteps(args: string): Steps<Json> {
  if (args.trim() === '') return {}
  try {
    const value = asObject(yield* parseExactInSteps(args))
    if (value) return value
  } catch {
    // Said below: models err, and input of custom tools is no JSON.
  }
  return { input: args }
}
