import { GatewayError } from '../errors.ts'
import type { Operation } from '../wire/protocol.ts'
import type { Exchange } from './exchange.ts'

/**
 * The model that a request's path names, if it does, and the operation, which Gemini's paths name after it:
 * `gemini-2.5-pro:generateContent`. The last colon counts: Ollama's models have colons too.
 */
export function nameInPath(
  { parameter }: Pick<Exchange, 'parameter'>,
  operation: Operation,
): { readonly model: string | undefined; readonly operation: Operation } {
  if (parameter === '') return { model: undefined, operation }
  if (operation.protocol !== 'gemini') return { model: decodePath(parameter), operation }
  const colon = parameter.lastIndexOf(':')
  if (colon <= 0) {
    throw new GatewayError('bad_request', {
      reason: 'the path names no method, such as :generateContent, after the model',
    })
  }
  return {
    model: decodePath(parameter.slice(0, colon)),
    operation: { protocol: 'gemini', path: parameter.slice(colon) },
  }
}

/** A part of a path, decoded. Throws `bad_request`. */
export function decodePath(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw new GatewayError('bad_request', { reason: 'the path has a bad percent escape' })
  }
}
