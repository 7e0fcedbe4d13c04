// The log: one line per thing that happened, JSON or readable. Nothing of prompts, answers or secrets is ever given to
// it. Lines are gathered and written together, and never hold up a request; what cannot be written (a full disk) is
// counted and said once there is room again.

import { closeSync, fstatSync, mkdirSync, openSync, renameSync, write, writeSync } from 'node:fs'
import { dirname } from 'node:path'

export type Level = 'debug' | 'info' | 'warn' | 'error'
export type Fields = Readonly<Record<string, string | number | boolean | undefined>>

export interface LogOptions {
  readonly level: Level
  readonly format: 'json' | 'text'
  /** Rotate at this many bytes, and keep so many old files; ignored without a file. */
  readonly size: number
  readonly files: number
}

const order: readonly Level[] = ['debug', 'info', 'warn', 'error']

/** How long lines are gathered, in milliseconds. */
const gather = 50
/** In bytes, the least that is asked of the system for them. */
const blockSize = 64 * 1024

export class Log {
  readonly #file: string | undefined
  readonly #sink: ((lines: string) => void) | undefined
  #fd: number
  #size = 0
  #options: LogOptions
  /** What is gathered: whole blocks, and so many bytes of the last one. */
  #blocks: Buffer[] = []
  #used = 0
  /** How often something was given. */
  #count = 0
  #timer: NodeJS.Timeout | undefined
  #writing = false
  /** Called when the write that is under way has ended. */
  #waiting: (() => void)[] = []
  #lost = 0

  /** Writes to a file, to stderr where it is undefined, or gives its lines to a function, several at a time. */
  constructor(to: string | undefined | ((lines: string) => void), options: LogOptions) {
    const file = typeof to === 'string' ? to : undefined
    this.#sink = typeof to === 'function' ? to : undefined
    this.#file = file
    this.#options = options
    this.#fd = 2
    if (file !== undefined) this.#open(file)
  }

  configure(options: LogOptions): void {
    this.#options = options
  }

  /** Goes on in a file, which may be the same one, made anew. */
  reopen(file: string): void {
    const old = this.#fd
    this.#open(file)
    if (old > 2) closeSync(old)
  }

  debug(message: string, fields: Fields = {}): void {
    this.write('debug', message, fields)
  }
  info(message: string, fields: Fields = {}): void {
    this.write('info', message, fields)
  }
  warn(message: string, fields: Fields = {}): void {
    this.write('warn', message, fields)
  }
  error(message: string, fields: Fields = {}): void {
    this.write('error', message, fields)
  }

  write(level: Level, message: string, fields: Fields): void {
    if (order.indexOf(level) < order.indexOf(this.#options.level)) return
    this.pass(
      this.#options.format === 'json'
        ? jsonLine(level, message, fields)
        : textLine(level, message, fields),
    )
  }

  /** Writes whole lines of another process's log. */
  pass(lines: string): void {
    // As bytes: a string of many pieces that is kept for a while is copied by the collector piece by piece, each of which
    // has become old by then. With a line for each request that cost as much as a fifth of the request.
    let block = this.#blocks.at(-1)
    if (!block || block.length - this.#used < 3 * lines.length) {
      if (block) this.#blocks[this.#blocks.length - 1] = block.subarray(0, this.#used)
      block = Buffer.allocUnsafe(Math.max(blockSize, 3 * lines.length))
      this.#blocks.push(block)
      this.#used = 0
    }
    this.#used += block.write(lines, this.#used)
    this.#count++
    this.#timer ??= setTimeout(() => this.#flush(), gather)
  }

  /** What is gathered, which is no longer. */
  #take(): Buffer {
    const last = this.#blocks.pop()
    const bytes = Buffer.concat(last ? [...this.#blocks, last.subarray(0, this.#used)] : [])
    this.#blocks = []
    this.#count = 0
    return bytes
  }

  /** Resolves when no write is under way. */
  get settled(): Promise<void> {
    return this.#writing ? new Promise(done => this.#waiting.push(done)) : Promise.resolve()
  }

  /** Writes what is gathered before it returns: for the last lines of a process. */
  flushSync(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    if (this.#count === 0) return
    const bytes = this.#take()
    try {
      if (this.#sink) this.#sink(bytes.toString())
      else writeSync(this.#fd, bytes)
    } catch {
      // Nobody is left to be told.
    }
  }

  #flush(): void {
    this.#timer = undefined
    if (this.#sink) this.flushSync()
    if (this.#writing || this.#count === 0) return
    const count = this.#count
    const lost =
      this.#lost > 0
        ? textLine('warn', 'log lines could not be written', { lost: this.#lost })
        : undefined
    const gathered = this.#take()
    const bytes = lost === undefined ? gathered : Buffer.concat([Buffer.from(lost), gathered])
    this.#writing = true
    write(this.#fd, bytes, (error, written) => {
      this.#writing = false
      for (const done of this.#waiting.splice(0)) done()
      this.#lost = error || written < bytes.length ? this.#lost + count : 0
      this.#size += error ? 0 : written
      if (this.#file !== undefined && this.#size > this.#options.size) this.#rotate(this.#file)
      if (this.#count > 0) this.#timer ??= setTimeout(() => this.#flush(), gather)
    })
  }

  #open(file: string): void {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
    this.#fd = openSync(file, 'a', 0o600)
    this.#size = fstatSync(this.#fd).size
  }

  #rotate(file: string): void {
    const next = `${file}.new`
    try {
      // First: where no file can be opened, the old ones must not be moved away.
      closeSync(openSync(next, 'a', 0o600))
      for (let n = this.#options.files; n > 0; n--) {
        const from = n === 1 ? file : `${file}.${n - 1}`
        try {
          renameSync(from, `${file}.${n}`)
        } catch {
          // There are not that many old files yet.
        }
      }
      renameSync(next, file)
      this.reopen(file)
    } catch {
      // Without a new file the old one goes on growing, which loses nothing.
    }
  }
}

function jsonLine(level: Level, message: string, fields: Fields): string {
  return `${JSON.stringify({ time: timeText(), level, message, ...fields })}\n`
}

function textLine(level: Level, message: string, fields: Fields): string {
  let line = `${timeText()} ${level.padEnd(5)} ${oneLine(message)}`
  for (const key in fields) {
    const value = fields[key]
    if (value !== undefined) line += ` ${key}=${word(value)}`
  }
  return `${line}\n`
}

let second = { at: -1, text: '' }

/** The time of a line; many are of the same second. */
function timeText(): string {
  const now = Date.now()
  const ms = now % 1000
  if (now - ms !== second.at) {
    second = { at: now - ms, text: new Date(now).toISOString().slice(0, -4) }
  }
  return `${second.text}${ms < 10 ? '00' : ms < 100 ? '0' : ''}${ms}Z`
}

// Nearly every text is ASCII, for which the test is a fraction of that for Unicode's classes.
const plain = /^[ -~]*$/
const plainWord = /^[!#-<>-~]+$/

/** A name that a client chose must not begin a line of its own. */
const oneLine = (text: string): string => (plain.test(text) ? text : text.replace(/\p{Cc}/gu, ' '))

const word = (value: string | number | boolean): string =>
  typeof value !== 'string' || plainWord.test(value) || /^[^\s"=\p{Cc}]+$/u.test(value)
    ? String(value)
    : JSON.stringify(value)
