import { asObject, asText, type Json } from './values.ts'

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
  return messageOf(value) ?? `the provider answered ${status}: ${body.trim().slice(0, shown)}`
}

/** The text within an error that is JSON; undefined where there is none. */
export function messageOf(value: unknown): string | undefined {
  if (Array.isArray(value)) return messageOf(value[0])
  const error = asObject(value)
  if (!error) return asText(value)
  return rawMessage(error) ?? fieldMessage(error)
}

function fieldMessage(error: Json): string | undefined {
  for (const name of ['error', 'message', 'detail', 'msg']) {
    const text = messageOf(error[name])
    if (text !== undefined) return text
  }
  return undefined
}

/** OpenRouter says only "Provider returned error", and beside it what the provider really said. */
function rawMessage({ message, metadata }: Json): string | undefined {
  const raw = asText(asObject(metadata)?.['raw'])
  if (raw === undefined || asText(message) === undefined) return undefined
  let text: string | undefined
  try {
    text = messageOf(JSON.parse(raw))
  } catch {
    text = raw.slice(0, shown)
  }
  return text && `${message}: ${text}`
}
