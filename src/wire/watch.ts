/**
 * Words that keys and strings may begin with; one that ends with a quote is the whole of it. They are looked for while the body
 * is scanned anyway: to look for each by itself took as long as the scan.
 */
export class Watch {
  readonly keys: readonly string[]
  readonly values: readonly string[]
  /** Whether a key, or a string, that begins with this byte may be one: most are none. */
  readonly keyStarts: Uint8Array
  readonly valueStarts: Uint8Array

  constructor(keys: readonly string[], values: readonly string[]) {
    this.keys = keys
    this.values = values
    this.keyStarts = startsOf(keys)
    this.valueStarts = startsOf(values)
  }
}

function startsOf(words: readonly string[]): Uint8Array {
  const starts = new Uint8Array(256)
  for (const word of words) starts[word.charCodeAt(0)] = 1
  return starts
}

export const nothingSeen: ReadonlySet<string> = new Set()

/** Looks for the words of a Watch in one body. */
export class Watcher {
  readonly #body: Buffer
  readonly #watch: Watch
  seen = nothingSeen
  metLongNumber = false

  constructor(body: Buffer, watch: Watch) {
    this.#body = body
    this.#watch = watch
  }

  /** A key begins at `at`, with its quote. */
  key(at: number): void {
    const { keys, keyStarts } = this.#watch
    if (keyStarts[this.#body[at + 1]!] === 1) this.#look(keys, at + 1)
  }

  /** A string that is a value does. */
  value(at: number): void {
    const { values, valueStarts } = this.#watch
    if (valueStarts[this.#body[at + 1]!] === 1) this.#look(values, at + 1)
  }

  /** A number has more digits than JavaScript keeps for certain, or an exponent. */
  longNumber(): void {
    this.metLongNumber = true
  }

  #look(words: readonly string[], at: number): void {
    for (const word of words) {
      if (isText(this.#body, at, word) && !this.seen.has(word)) {
        this.seen = new Set([...this.seen, word])
      }
    }
  }
}

/** Whether these bytes stand at an offset; the text is ASCII. */
export function isText(body: Buffer, from: number, text: string): boolean {
  for (let i = 0; i < text.length; i++) if (body[from + i] !== text.charCodeAt(i)) return false
  return true
}
