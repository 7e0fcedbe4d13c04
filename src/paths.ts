import { createHash } from 'node:crypto'
import { homedir, platform, userInfo } from 'node:os'
import { isAbsolute, join, resolve } from 'node:path'

/** Where everything of one gateway lives. Absolute paths; `socket` is a named pipe on Windows. */
export interface Paths {
  readonly config: string
  readonly state: string
  readonly credentials: string
  /** Which profile was chosen. */
  readonly profiles: string
  /** The folder with the generations of this config file. */
  readonly history: string
  readonly log: string
  readonly socket: string
}

/** Where HOME is empty the user has one all the same; a relative path would lead to wherever one stands. */
const homeOf = (env: Env): string => (env['HOME'] === '' ? userInfo().homedir : homedir())

type Env = Readonly<Record<string, string | undefined>>

// sun_path holds 104 bytes on macOS and 108 on Linux; a longer path fails with a bare EINVAL.
const SOCKET_LIMIT = 100

/**
 * The places of DESIGN.md section 2, from the environment. `configFlag` is the value of `--config`.
 * `GATEWAY_HOME` puts all of them under one folder, so that two gateways can live on one machine.
 */
export function findPaths(env: Env = process.env, configFlag?: string): Paths {
  const home = env['GATEWAY_HOME'] ? resolve(env['GATEWAY_HOME']) : undefined
  const windows = platform() === 'win32'
  const under = (name: string, ...fallback: string[]) => {
    const dir = env[name]
    // The XDG specification says that a relative path must be ignored.
    return join(dir && isAbsolute(dir) ? dir : join(homeOf(env), ...fallback), 'gateway')
  }
  const configDir =
    home ?? (windows ? under('APPDATA', 'AppData', 'Roaming') : under('XDG_CONFIG_HOME', '.config'))
  const state =
    home ??
    (windows
      ? under('LOCALAPPDATA', 'AppData', 'Local')
      : under('XDG_STATE_HOME', '.local', 'state'))
  const config = configFlag ?? env['GATEWAY_CONFIG']
  const file = config ? resolve(config) : join(configDir, 'gateway.yaml')
  return {
    config: file,
    state,
    credentials: join(state, 'credentials.json'),
    profiles: join(state, 'profiles.json'),
    // By config: a text of one file must never be put back into another.
    history: join(state, 'history', shortHash(file)),
    // Not beside the config: whoever watches that folder reads it anew at every line.
    log: join(home ? join(home, 'log') : state, 'gateway.log'),
    socket: socketPath(home, state, windows, env),
  }
}

function socketPath(home: string | undefined, state: string, windows: boolean, env: Env): string {
  const id = shortHash(state)
  if (windows) return `\\\\.\\pipe\\gateway-${id}`
  const runtime = env['XDG_RUNTIME_DIR']
  const dir = home ? join(home, 'run') : runtime ? join(runtime, 'gateway') : join(state, 'run')
  const path = join(dir, 'control.sock')
  if (Buffer.byteLength(path) < SOCKET_LIMIT) return path
  // A home that is deep in the tree still needs a short socket; the uid keeps users apart.
  return join('/tmp', `gateway-${process.getuid?.() ?? 0}`, `${id}.sock`)
}

const shortHash = (text: string): string =>
  createHash('sha256').update(text).digest('hex').slice(0, 16)
