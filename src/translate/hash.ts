import { createHash } from 'node:crypto'

const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

/** So many letters and digits that tell this text from others: always the same for the same text. At most 40. */
export function shortHash(text: string, length: number): string {
  let rest = BigInt(`0x${sha256(text)}`)
  let out = ''
  for (let i = 0; i < length; i++) {
    out += digits[Number(rest % 62n)]
    rest /= 62n
  }
  return out
}

/** In hex: 64 letters. */
export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

/** Under what the signature of a text is remembered, which has no id. */
export const textKey = (text: string): string => `text ${sha256(text)}`
