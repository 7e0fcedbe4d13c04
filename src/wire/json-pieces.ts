import type { Steps } from './steps.ts'

/** A piece has about so many characters: they take a millisecond. */
const pieceLength = 256 * 1024
/** So many elements of an array are written together, while they are short: one by one takes half as long again. */
const together = 16

/**
 * What `write` makes of an object, as bytes in pieces, and a step for each of them. Long is what stands in arrays that
 * are members of it, or of objects in it; all else is of one step.
 */
export function* jsonPieces(object: Members, write: Write): Steps<Buffer[]> {
  const out: Out = { pieces: [], text: '' }
  yield* writeObject(object, write, out)
  out.pieces.push(Buffer.from(out.text))
  return out.pieces
}

type Members = Readonly<Record<string, unknown>>
type Write = (value: unknown) => string

interface Out {
  readonly pieces: Buffer[]
  /** What comes into the next of them. */
  text: string
}

function* writeObject(object: Members, write: Write, out: Out): Steps<void> {
  out.text += '{'
  let comma = ''
  for (const [name, value] of Object.entries(object)) {
    if (value === undefined) continue
    out.text += `${comma}${JSON.stringify(name)}:`
    comma = ','
    if (Array.isArray(value)) yield* writeArray(value, write, out)
    else if (value !== null && typeof value === 'object') {
      yield* writeObject(value as Members, write, out)
    } else out.text += write(value)
  }
  out.text += '}'
}

function* writeArray(array: readonly unknown[], write: Write, out: Out): Steps<void> {
  out.text += '['
  let count = 1
  for (let at = 0, end = 1; at < array.length; at = end, end += count) {
    const elements = write(array.slice(at, end)).slice(1, -1)
    out.text += at === 0 ? elements : `,${elements}`
    count = elements.length * together < pieceLength * count ? together : 1
    if (out.text.length < pieceLength) continue
    out.pieces.push(Buffer.from(out.text))
    out.text = ''
    yield
  }
  out.text += ']'
}
