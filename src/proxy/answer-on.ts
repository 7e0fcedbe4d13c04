import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/** How long a client whose upgrade was refused may keep its connection, in milliseconds. */
const refusedMs = 1_000

/** Has `res` answer on the socket of an upgrade, which is closed after that. */
export function answerOn(socket: Socket, res: ServerResponse): void {
  res.assignSocket(socket)
  res.setHeader('connection', 'close')
  // node does so only for sockets that it has not given away.
  socket.on('drain', () => res.emit('drain'))
  socket.once('end', () => {
    if (!res.writableEnded) socket.destroy()
  })
  res.once('finish', () => {
    socket.end()
    const timer = setTimeout(() => socket.destroy(), refusedMs)
    socket.once('close', () => clearTimeout(timer))
  })
}
