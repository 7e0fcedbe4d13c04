import { parseExact } from '../exact.ts'
import { asObject, type Json } from '../values.ts'

/** The arguments of a call as the object that Gemini takes; what is none, as the text `input` of one. */
export function argsObject(args: string): Json {
  if (args.trim() === '') return {}
  try {
    const value = asObject(parseExact(args))
    if (value) return value
  } catch {
    // Said below: models err, and input of custom tools is no JSON.
  }
  return { input: args }
}
