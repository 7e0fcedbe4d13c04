import { AnswerFault } from '../translation.ts'

/** The numbers of a vector, which may be base64 of 32-bit ones. Throws AnswerFault. */
export function vectorOf(value: unknown): readonly number[] {
  if (Array.isArray(value) && value.every(item => typeof item === 'number')) return value
  if (typeof value !== 'string') throw new AnswerFault('it has an embedding that is no vector')
  const bytes = Buffer.from(value, 'base64')
  return Array.from({ length: Math.floor(bytes.length / 4) }, (_, i) => bytes.readFloatLE(i * 4))
}

/** A vector as OpenAI writes it in base64: 32-bit numbers, the smallest byte first. */
export function inBase64(vector: readonly number[]): string {
  const bytes = Buffer.alloc(vector.length * 4)
  for (const [i, value] of vector.entries()) bytes.writeFloatLE(value, i * 4)
  return bytes.toString('base64')
}
