/** A chunk of one byte takes a hundred times its room: past so many they are put together. */
const mostParts = 256

/** Bytes that wait for others: they are copied when they are wanted, since what is long comes in many chunks. */
export class Held {
  #parts: Buffer[] = []
  /** In bytes. */
  size = 0

  add(bytes: Buffer): void {
    if (this.#parts.length === mostParts) this.#parts = [Buffer.concat(this.#parts)]
    this.#parts.push(bytes)
    this.size += bytes.length
  }

  /** All of them, and these behind. They are held no more. */
  with(bytes: Buffer): Buffer {
    if (this.size === 0) return bytes
    const parts = this.#parts
    if (bytes.length > 0) parts.push(bytes)
    this.#parts = []
    this.size = 0
    return parts.length === 1 ? parts[0]! : Buffer.concat(parts)
  }
}
