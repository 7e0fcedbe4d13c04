import {
  applySplices,
  elementsOf,
  isArrayAt,
  isMarked,
  isObjectAt,
  membersNamed,
  type ObjectScan,
  type Splice,
  scanBody,
  scanObject,
} from './json.ts'
import { COMMA, JsonFault, OPEN_ARRAY, skipSpace } from './json-walk.ts'
import { lineEnd } from './sse.ts'

/** Where answers say it: Gemini's have it in `modelVersion`. */
const names = ['model', 'modelVersion']
/** Where the events of Anthropic's and of OpenAI's Responses carry the answer. */
const inside = ['message', 'response']

/**
 * A response body with another name for its model, at the top and in the answer that an event carries inside; of an array
 * (as Gemini streams one) in each element. Bytes that are no such JSON come back as they are.
 */
export function renameModel(body: Buffer, name: string): Buffer {
  if (isMarked(body))
    return Buffer.concat([body.subarray(0, 3), renameModel(body.subarray(3), name)])
  try {
    const value = Buffer.from(JSON.stringify(name))
    const array = arrayIn(body)
    const objects = array ?? [scanBody(body)]
    return applySplices(
      body,
      objects.flatMap(object => splicesIn(body, object, value)),
    )
  } catch (fault) {
    if (fault instanceof JsonFault) return body
    throw fault
  }
}

function splicesIn(body: Buffer, object: ObjectScan, value: Buffer, nested = true): Splice[] {
  const own = names.flatMap(name => membersNamed(body, object, name))
  const within = nested ? inside.flatMap(name => membersNamed(body, object, name)) : []
  return [
    ...own.map(({ start, end }) => ({ start, end, bytes: value })),
    ...within.flatMap(({ start }) =>
      isObjectAt(body, start) ? splicesIn(body, scanObject(body, start), value, false) : [],
    ),
  ]
}

/** The objects of a body that is an array; undefined where it is none. */
function arrayIn(body: Buffer): ObjectScan[] | undefined {
  const start = body.findIndex(byte => byte > 0x20)
  if (start < 0 || !isArrayAt(body, start)) return undefined
  return elementsOf(body, start)
    .filter(element => isObjectAt(body, element.start))
    .map(element => scanObject(body, element.start))
}

/**
 * The same for whole elements of an array, with the bracket or comma before each; `areLast`: with all that closes the array.
 * Bytes that are no such elements come back as they are.
 */
export function renameInElements(bytes: Buffer, name: string, areLast: boolean): Buffer {
  const at = skipSpace(bytes, 0)
  const before = bytes[at]
  if (before !== COMMA && before !== OPEN_ARRAY) return bytes
  const array = Buffer.concat(areLast ? [bytes] : [bytes, closer])
  array[at] = OPEN_ARRAY
  const renamed = renameModel(array, name)
  renamed[at] = before
  return areLast ? renamed : renamed.subarray(0, -closer.length)
}

const closer = Buffer.from(']')

/** The same for whole events of a stream: in each line of data by itself, every other byte untouched. */
export function renameInEvents(bytes: Buffer, name: string): Buffer {
  const parts: Buffer[] = []
  for (let from = 0; from < bytes.length; ) {
    const newline = lineEnd(bytes, from)
    const end = newline < 0 ? bytes.length : newline + 1
    const line = bytes.subarray(from, end)
    const brace = line.indexOf('{')
    parts.push(
      brace > 0 && /^(?:\xef\xbb\xbf)?data: ?$/.test(line.toString('latin1', 0, brace))
        ? Buffer.concat([line.subarray(0, brace), renameModel(line.subarray(brace), name)])
        : line,
    )
    from = end
  }
  return Buffer.concat(parts)
}
