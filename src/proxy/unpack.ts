import type { Transform } from 'node:stream'
import zlib from 'node:zlib'

/** Bytes on their way out of a compression. */
export interface Unpacking {
  /** More of the compressed bytes. Never waits: it is done on another thread, and what that cannot keep up with is given up. */
  write(bytes: Buffer): void
  /** No more come. `done` is called once, when all that could be read has been; also where the bytes made no sense. */
  end(done: () => void): void
}

/** So much waits to be unpacked, and so much is unpacked in all: a few bytes can say gigabytes. */
const waitingLimit = 1024 * 1024
const unpackedLimit = 64 * 1024 * 1024

// Node 20 does not know zstd.
const { createZstdDecompress } = zlib as { createZstdDecompress?: () => Transform }
const decoders: Readonly<Record<string, (() => Transform) | undefined>> = {
  gzip: zlib.createGunzip,
  'x-gzip': zlib.createGunzip,
  deflate: zlib.createInflate,
  br: zlib.createBrotliDecompress,
  zstd: createZstdDecompress,
}

/** Unpacks what has this `content-encoding`, and calls `each` with what comes out; undefined for one that is not known. */
export function unpack(encoding: string, each: (bytes: Buffer) => void): Unpacking | undefined {
  const stream = decoders[encoding.trim().toLowerCase()]?.()
  if (!stream) return undefined
  let size = 0
  stream.on('data', (bytes: Buffer) => {
    size += bytes.length
    if (size > unpackedLimit) stream.destroy()
    else each(bytes)
  })
  // Bytes that make no sense end it as well; what came before them has been given.
  stream.on('error', () => {})
  return {
    write(bytes) {
      if (stream.destroyed) return
      stream.write(bytes)
      if (stream.writableLength > waitingLimit) stream.destroy()
    },
    end(done) {
      if (stream.closed) done()
      else stream.once('close', done).end()
    },
  }
}
