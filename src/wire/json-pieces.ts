import type { Steps } from './steps.ts'

/** A piece has about so many characters: they take a millisecond. */
const pieceLength = 256 * 1024
/** So many elements of an array are written together, while they are short: one by one takes half as long again. */
const together = 16

/**
 * What `write` makes of an object, as bytes in pieces, and a step for each of them. Long is what stands in arrays that
 * are its members; all else is of one step.
 */
export function* jsonPieces(
  object: Readonly<Record<string, unknown>>,
  write: (value: unknown) => string,
): Steps<Buffer[]> {
  const pieces: Buffer[] = []
  let text = '{'
  let comma = ''
  for (const [name, value] of Object.entries(object)) {
    if (!Array.isArray(value)) {
      if (value === undefined) continue
      text += `${comma}${JSON.stringify(name)}:${write(value)}`
      comma = ','
      continue
    }
    text += `${comma}${JSON.stringify(name)}:[`
    comma = ','
    let count = 1
    for (let at = 0, end = 1; at < value.length; at = end, end += count) {
      const elements = write(value.slice(at, end)).slice(1, -1)
      text += at === 0 ? elements : `,${elements}`
      count = elements.length * together < pieceLength * count ? together : 1
      if (text.length < pieceLength) continue
      pieces.push(Buffer.from(text))
      text = ''
      yield
    }
    text += ']'
  }
  pieces.push(Buffer.from(`${text}}`))
  return pieces
}
