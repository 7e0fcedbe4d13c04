import { execFile } from 'node:child_process'
import { readdir, readFile, readlink } from 'node:fs/promises'
import { createServer } from 'node:net'
import { platform } from 'node:os'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** Who listens on a TCP port of this machine, as in `nginx (pid 123)`; undefined where the system does not tell. */
export async function portHolder(port: number): Promise<string | undefined> {
  try {
    return platform() === 'linux' ? await fromProc(port) : await fromTool(port)
  } catch {
    // A help to the reader of an error: not worth an error of its own.
    return undefined
  }
}

async function fromProc(port: number): Promise<string | undefined> {
  const hex = port.toString(16).toUpperCase().padStart(4, '0')
  const tables = await Promise.all(
    ['/proc/net/tcp', '/proc/net/tcp6'].map(file => readFile(file, 'utf8').catch(() => '')),
  )
  // proc(5): local address is the second field, 0A is LISTEN, the tenth field is the inode of the socket.
  const inodes = tables
    .flatMap(table => table.split('\n'))
    .map(line => line.trim().split(/\s+/))
    .filter(fields => fields[1]?.endsWith(`:${hex}`) && fields[3] === '0A')
    .map(fields => `socket:[${fields[9]}]`)
  if (inodes.length === 0) return undefined
  for (const pid of await readdir('/proc')) {
    if (!/^\d+$/.test(pid)) continue
    for (const fd of await readdir(`/proc/${pid}/fd`).catch(() => [])) {
      const link = await readlink(`/proc/${pid}/fd/${fd}`).catch(() => '')
      if (!inodes.includes(link)) continue
      const name = await readFile(`/proc/${pid}/comm`, 'utf8')
      return `${name.trim()} (pid ${pid})`
    }
  }
  return undefined
}

async function fromTool(port: number): Promise<string | undefined> {
  if (platform() === 'win32') {
    const { stdout } = await run('netstat', ['-ano', '-p', 'tcp'])
    const pid = new RegExp(`:${port}\\s+\\S+\\s+LISTENING\\s+(\\d+)`).exec(stdout)?.[1]
    return pid && `pid ${pid}`
  }
  const { stdout } = await run('lsof', ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-Fpc'])
  const [, pid, name] = /^p(\d+)\nc(.+)$/m.exec(stdout) ?? []
  return pid && `${name} (pid ${pid})`
}

/** The next port on a host that nobody has, for whoever cannot have this one; undefined where the next twenty are taken. */
export async function freePortAfter(port: number, host: string): Promise<number | undefined> {
  for (let next = port + 1; next <= Math.min(port + 20, 65_535); next++) {
    const server = createServer()
    const free = await new Promise<boolean>(resolve => {
      server.once('error', () => resolve(false))
      server.listen(next, host, () => server.close(() => resolve(true)))
    })
    if (free) return next
  }
  return undefined
}
