import { fstatSync } from 'node:fs'
import { GatewayError } from '../errors.ts'
import type { Io } from './context.ts'

/** All of stdin where it is a pipe or a file with something in it; undefined where it is a terminal or /dev/null. */
export async function pipedText(stdin: Io['stdin']): Promise<string | undefined> {
  // An inherited stdin that nobody writes to, as under cron, is a device and would only look like one that is empty.
  const { fd } = stdin as { fd?: number }
  if (stdin.isTTY || (fd !== undefined && fstatSync(fd).isCharacterDevice())) return undefined
  const text = await readAll(stdin)
  return text.trim() === '' ? undefined : text
}

/** One line that is not shown while it is typed; all of stdin, without its last line end, where that is no terminal. */
export async function readSecret(io: Io, question: string): Promise<string> {
  if (!io.stdin.isTTY) return (await readAll(io.stdin)).replace(/\r?\n$/, '')
  io.stderr.write(question)
  try {
    return await typed(io.stdin)
  } finally {
    io.stderr.write('\n')
  }
}

/** A yes or no from the terminal; a bare Enter is yes. */
export async function confirm(io: Io, question: string): Promise<boolean> {
  const { createInterface } = await import('node:readline/promises')
  const lines = createInterface({ input: io.stdin, output: io.stderr })
  try {
    return !/^n/i.test((await lines.question(`${question} [Y/n] `)).trim())
  } finally {
    lines.close()
  }
}

async function readAll(stdin: Io['stdin']): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of stdin) chunks.push(Buffer.from(chunk))
  return Buffer.concat(chunks).toString('utf8')
}

/** Raw mode, as the terminal would show what is typed otherwise: we handle the keys that it handles for others. */
function typed(stdin: Io['stdin']): Promise<string> {
  return new Promise((done, fail) => {
    let text = ''
    const finish = (settle: () => void) => {
      stdin.off('data', onData)
      stdin.setRawMode?.(false)
      stdin.pause()
      settle()
    }
    const onData = (chunk: Buffer) => {
      for (const key of chunk.toString('utf8')) {
        if (key === '\r' || key === '\n') return finish(() => done(text))
        if (key === '\u0003' || key === '\u0004')
          return finish(() => fail(new GatewayError('request_failed', { reason: 'cancelled' })))
        if (key === '\u007f' || key === '\b') text = [...text].slice(0, -1).join('')
        else if (key === '\u0015') text = ''
        else text += key
      }
    }
    stdin.setRawMode?.(true)
    stdin.on('data', onData)
    stdin.resume()
  })
}
