import type { Duplex } from 'node:stream'

/** In bytes. */
const mostHeld = 64 * 1024
/** In bytes: what a chunk takes at least, however little is in it. */
const leastChunk = 512

/**
 * Reads what a client sends before its upgrade is answered, since it is only seen to leave where it is read from, and keeps it;
 * `head` has come already. A client that leaves is cut. The function that is returned puts all of it back, for whoever reads
 * the socket then.
 */
export function holdBytes(socket: Duplex, head: Buffer): () => void {
  const held = [head]
  let size = head.length
  const keep = (chunk: Buffer): void => {
    held.push(chunk)
    size += Math.max(chunk.length, leastChunk)
    if (size > mostHeld) socket.pause()
  }
  const leave = (): void => {
    socket.destroy()
  }
  socket.on('data', keep).on('end', leave)
  return () => {
    socket.off('data', keep).off('end', leave).pause()
    const bytes = Buffer.concat(held.splice(0))
    if (bytes.length > 0 && !socket.destroyed) socket.unshift(bytes)
  }
}
