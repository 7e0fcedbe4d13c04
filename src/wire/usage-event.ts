import { isObjectAt, isTrueAt, memberNamed, type Scanned, type Splice, scanObject } from './json.ts'
import { patchObject } from './patch.ts'
import { endOfEvent } from './sse.ts'

const wanted = { set: { 'stream_options.include_usage': true }, default: {}, remove: [] }

/**
 * What makes a body of Chat or Completions ask for usage at the end of its stream; nothing where it asks for no stream, or
 * for usage already. https://platform.openai.com/docs/api-reference/chat/create#chat-create-stream_options
 */
export function askForUsage({ bytes: body, scan }: Scanned): Splice[] {
  const stream = memberNamed(body, scan, 'stream')
  if (!stream || !isTrueAt(body, stream)) return []
  const options = memberNamed(body, scan, 'stream_options')
  if (options && isObjectAt(body, options.start)) {
    const asked = memberNamed(body, scanObject(body, options.start), 'include_usage')
    if (asked && isTrueAt(body, asked)) return []
  }
  return patchObject(body, scan, wanted)
}

const noChoices = /"choices"\s*:\s*\[\s*\]/

/** Whole events without the one that carries nothing but usage. Every other byte is as it was. */
export function withoutUsageEvent(bytes: Buffer): Buffer {
  if (!noChoices.test(bytes.toString('latin1'))) return bytes
  const parts: Buffer[] = []
  for (let from = 0, to = 0; from < bytes.length; from = to) {
    to = endOfEvent(bytes, from)
    const event = bytes.subarray(from, to)
    if (!isUsageEvent(event.toString('latin1'))) parts.push(event)
  }
  return Buffer.concat(parts)
}

function isUsageEvent(event: string): boolean {
  const data = /^data: ?(\{.*)$/m.exec(event)?.[1]
  if (data === undefined || !noChoices.test(data)) return false
  try {
    const { choices, usage } = JSON.parse(data) as Record<string, unknown>
    return (
      Array.isArray(choices) && choices.length === 0 && typeof usage === 'object' && usage !== null
    )
  } catch {
    return false
  }
}
