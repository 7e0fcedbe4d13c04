import { AnswerFault } from '../translation.ts'

/** The numbers of a vector, which may be base64 of 32-bit ones. Throws AnswerFault. */
export function vectorOf(value: unknown): readonly number[] {
  if (Array.isArray(value) && value.every(item => typeof item === 'number')) return value
  if (typeof value !== 'string') throw new AnswerFault('it has an embedding that is no vector')
  const bytes = Buffer.from(value, 'base64')
  const vector: number[] = []
  for (let at = 0; at + 4 <= bytes.length; at += 4) vector.push(bytes.readFloatLE(at))
  return vector
}

/** A vector as OpenAI writes it in base64: 32-bit numbers, the smallest byte first. */
export function inBase64(vector: readonly number[]): string {
  const bytes = Buffer.alloc(vector.length * 4)
  for (let i = 0; i < vector.length; i++) bytes.writeFloatLE(vector[i]!, i * 4)
  return bytes.toString('base64')
}
