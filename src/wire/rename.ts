import { applySplices, isObjectAt, JsonFault, type Splice, scanBody, scanObject } from './json.ts'

/**
 * A response body with another name in its `model`: at the top, and in the `message` or `response` that an event of
 * Anthropic's or of OpenAI's Responses carries inside. Bytes that are no JSON object come back as they are.
 */
export function renameModel(body: Buffer, name: string): Buffer {
  try {
    const value = Buffer.from(JSON.stringify(name))
    const splices: Splice[] = []
    const { members } = scanBody(body, ['model', 'message', 'response'])
    for (const [key, found] of members) {
      for (const { start, end } of found) {
        if (key === 'model') splices.push({ start, end, bytes: value })
        else if (isObjectAt(body, start)) {
          for (const inner of scanObject(body, start, ['model']).members.get('model') ?? []) {
            splices.push({ start: inner.start, end: inner.end, bytes: value })
          }
        }
      }
    }
    return applySplices(body, splices)
  } catch (fault) {
    if (fault instanceof JsonFault) return body
    throw fault
  }
}

const LF = 0x0a

/** The same for whole events of a stream: in each line of data by itself, every other byte untouched. */
export function renameInEvents(bytes: Buffer, name: string): Buffer {
  const parts: Buffer[] = []
  for (let from = 0; from < bytes.length; ) {
    const newline = bytes.indexOf(LF, from)
    const end = newline < 0 ? bytes.length : newline + 1
    const line = bytes.subarray(from, end)
    const brace = line.indexOf('{')
    parts.push(
      brace > 0 && /^data: ?$/.test(line.toString('latin1', 0, brace))
        ? Buffer.concat([line.subarray(0, brace), renameModel(line.subarray(brace), name)])
        : line,
    )
    from = end
  }
  return Buffer.concat(parts)
}
