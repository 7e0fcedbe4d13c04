import { type FileHandle, open, stat } from 'node:fs/promises'

const block = 64 * 1024

/** Where a reader of the log stands: the file, which outlives its name in a rotation, and the byte after the last one read. */
interface Place {
  readonly inode: number
  readonly offset: number
}

/** The last `count` lines of a file, and where they end; empty and undefined where there is no file. */
export async function lastLines(
  file: string,
  count: number,
): Promise<{ readonly text: string; readonly end: Place | undefined }> {
  const handle = await openIfThere(file)
  if (!handle) return { text: '', end: undefined }
  try {
    const { size, ino } = await handle.stat()
    let bytes = Buffer.alloc(0)
    // From the end, block by block: a log may be large, and its beginning is not wanted.
    for (let from = size; from > 0 && newlines(bytes) <= count; ) {
      const length = Math.min(block, from)
      from -= length
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, from)
      bytes = Buffer.concat([buffer.subarray(0, bytesRead), bytes])
    }
    const lines = bytes.toString('utf8').split('\n')
    const unfinished = lines.pop() ?? ''
    const kept = count === 0 ? [] : lines.slice(-count)
    const text = kept.map(line => `${line}\n`).join('') + unfinished
    return { text, end: { inode: ino, offset: size } }
  } finally {
    await handle.close()
  }
}

/** What is written to the log from `from` on, for ever, through rotations; waits for the file where there is none. */
export async function* followLog(
  file: string,
  from: Place | undefined,
  pollMs = 200,
): AsyncGenerator<Buffer, never> {
  let handle = await openIfThere(file)
  let inode = (await handle?.stat())?.ino
  let offset = inode === from?.inode ? (from?.offset ?? 0) : 0
  for (;;) {
    // Asked before the read: when the name has moved on, nothing more comes to the old file, and the read is its last.
    const named = await stat(file).catch(() => undefined)
    if (handle) {
      // A file that was emptied in place begins again.
      if ((await handle.stat()).size < offset) offset = 0
      for (let bytes = await readFrom(handle, offset); bytes.length > 0; ) {
        offset += bytes.length
        yield bytes
        bytes = await readFrom(handle, offset)
      }
    }
    if (named && named.ino !== inode) {
      await handle?.close()
      handle = await openIfThere(file)
      inode = (await handle?.stat())?.ino
      offset = 0
    } else await new Promise(done => setTimeout(done, pollMs))
  }
}

async function readFrom(handle: FileHandle, offset: number): Promise<Buffer> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(block), 0, block, offset)
  return buffer.subarray(0, bytesRead)
}

async function openIfThere(file: string): Promise<FileHandle | undefined> {
  try {
    return await open(file, 'r')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

const newlines = (bytes: Buffer): number => {
  let count = 0
  for (let at = bytes.indexOf(10); at !== -1; at = bytes.indexOf(10, at + 1)) count++
  return count
}
