import { GatewayError } from '../../errors.ts'
import { asObject, asText, type Json } from '../values.ts'

/** A field of a request, which Google takes in two spellings: `systemInstruction` and `system_instruction`. */
export const field = (object: Json | undefined, name: string): unknown =>
  object?.[name] ?? object?.[name.replace(/[A-Z]/g, c => `_${c.toLowerCase()}`)] ?? undefined

export const objectIn = (object: Json | undefined, name: string): Json | undefined =>
  asObject(field(object, name))

export const textIn = (object: Json | undefined, name: string): string | undefined =>
  asText(field(object, name))

/** The one spelling of a field's name. */
export const camel = (name: string): string =>
  name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())

/** The members that are there. */
export function defined<T extends object>(value: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(
    Object.entries(value).filter(([, member]) => member !== undefined),
  ) as never
}

export const untranslatable = (name: string, reason: string, hint?: string): GatewayError =>
  new GatewayError('untranslatable', { field: name, reason, hint })
