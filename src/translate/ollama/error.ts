import { errorText } from '../error-text.ts'
import type { Translation } from '../translation.ts'

/** An upstream's error in Ollama's form, which is one text. */
export class OllamaError implements Translation {
  readonly contentType = 'application/json; charset=utf-8'
  readonly streamed = false
  readonly finished = false
  readonly fault = undefined
  readonly #status: number
  readonly #chunks: Buffer[] = []

  constructor(status: number) {
    this.#status = status
  }

  push(chunk: Buffer): string {
    this.#chunks.push(chunk)
    return ''
  }

  end(): string {
    const body = Buffer.concat(this.#chunks).toString()
    return `${JSON.stringify({ error: errorText(body, this.#status) })}\n`
  }
}
