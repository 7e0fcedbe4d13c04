// How the program speaks:
// - stdout carries the data that was asked for and nothing else, so that a pipe gets only that;
// - everything else goes to stderr as `gateway: ...`, in lower case, without a full stop;
// - an error is `gateway: error: ...`; where something helps, `gateway: hint: ...` follows, with the exact command;
// - colour only on a terminal, and never where NO_COLOR is set; no meaning is carried by colour alone.

import { styleText } from 'node:util'
import { formatProblem, GatewayError, type Problem } from '../errors.ts'
import type { Io } from './context.ts'

type Style = 'bold' | 'dim' | 'red' | 'yellow' | 'green'

/** What a view may know of the place it prints to. */
export interface Look {
  /** Columns of the terminal; undefined where the text goes to a file or a pipe. */
  readonly width: number | undefined
  readonly style: (style: Style, text: string) => string
}

export function lookOf(stream: Io['stdout'], env: Io['env']): Look {
  const colour = stream.isTTY === true && !env['NO_COLOR'] && env['TERM'] !== 'dumb'
  return {
    width: stream.isTTY ? (stream.columns ?? 80) : undefined,
    style: (style, text) => (colour ? styleText(style, text, { validateStream: false }) : text),
  }
}

export function say(io: Io, line: string): void {
  io.stderr.write(`gateway: ${line}\n`)
}

export function warn(io: Io, line: string): void {
  say(io, `${lookOf(io.stderr, io.env).style('yellow', 'warning:')} ${line}`)
}

export function hint(io: Io, line: string): void {
  say(io, `${lookOf(io.stderr, io.env).style('dim', 'hint:')} ${line}`)
}

/** Says what went wrong and what helps; returns the exit code. */
export function printError(io: Io, error: unknown): number {
  const { style } = lookOf(io.stderr, io.env)
  const known = error instanceof GatewayError ? error : asInternal(error)
  // Further lines are places in files: as they are, a terminal makes them clickable.
  const [first = '', ...more] = known.message.split('\n')
  say(io, `${style('red', 'error:')} ${first}`)
  for (const line of more) io.stderr.write(`  ${line}\n`)
  if (known.hint) hint(io, known.hint)
  if (known.code === 'internal' && error instanceof Error) io.stderr.write(`${error.stack}\n`)
  return known.exit
}

const asInternal = (error: unknown): GatewayError =>
  new GatewayError('internal', { reason: error instanceof Error ? error.message : String(error) })

/** Problems of a config, one a line, for a view. */
export const problemLines = (problems: readonly Problem[]): string[] => problems.map(formatProblem)
