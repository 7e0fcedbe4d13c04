import { asObject, asText } from './values.ts'

/** So much of an error that is no JSON is shown: proxies answer with whole pages. */
const shown = 500

/** What an upstream's error body says, in any of the forms that vendors and proxies use. PROTOCOLS 4.1 */
export function errorText(body: string, status: number): string {
  let value: unknown
  try {
    value = JSON.parse(body)
  } catch {
    const text = body.trim()
    return text === '' || /^<(?:!doctype|html)/i.test(text)
      ? `the provider answered ${status}`
      : text.slice(0, shown)
  }
  return textOf(value) ?? `the provider answered ${status}: ${body.trim().slice(0, shown)}`
}

function textOf(value: unknown): string | undefined {
  if (Array.isArray(value)) return textOf(value[0])
  const error = asObject(value)
  if (!error) return asText(value)
  for (const name of ['error', 'message', 'detail', 'msg']) {
    const text = textOf(error[name])
    if (text !== undefined) return text
  }
  return undefined
}
