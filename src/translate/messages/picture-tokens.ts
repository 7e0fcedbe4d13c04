import type { Source } from '../message.ts'

/** What Anthropic makes of the largest picture; a larger one is made smaller first. */
const most = 1600

/** Tokens of a picture: its area, where it is at hand and says it, otherwise as many as one can have. PROTOCOLS 3.12 */
export function pictureTokens(source: Source): number {
  if (!('base64' in source)) return most
  const area = areaOf(source.base64)
  return area === undefined ? most : Math.min(most, Math.ceil(area / 750))
}

/** In pixels, by the heads of PNG, GIF and JPEG. */
function areaOf(base64: string): number | undefined {
  const head = Buffer.from(base64.slice(0, 44), 'base64')
  if (head.length < 24) return undefined
  if (head.toString('latin1', 1, 4) === 'PNG') return head.readUInt32BE(16) * head.readUInt32BE(20)
  if (head.toString('latin1', 0, 3) === 'GIF') return head.readUInt16LE(6) * head.readUInt16LE(8)
  return head.readUInt16BE(0) === 0xffd8 ? jpegArea(Buffer.from(base64, 'base64')) : undefined
}

/** A JPEG is a row of segments, one of which (a start of frame) has the size. */
function jpegArea(bytes: Buffer): number | undefined {
  for (let at = 2; at + 9 < bytes.length && bytes[at] === 0xff; ) {
    const marker = bytes[at + 1]!
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)
    if (isFrame) return bytes.readUInt16BE(at + 5) * bytes.readUInt16BE(at + 7)
    at += 2 + bytes.readUInt16BE(at + 2)
  }
  return undefined
}
