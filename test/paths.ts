import { homedir, tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { findPaths } from '../src/paths.ts'

t.test(
  'the XDG folders, and what they are without',
  { skip: process.platform === 'win32' },
  async t => {
    t.match(findPaths({ XDG_CONFIG_HOME: '/c', XDG_STATE_HOME: '/s', XDG_RUNTIME_DIR: '/r' }), {
      config: '/c/gateway/gateway.yaml',
      state: '/s/gateway',
      credentials: '/s/gateway/credentials.json',
      log: '/s/gateway/gateway.log',
      socket: '/r/gateway/control.sock',
    })
    t.match(findPaths({}), {
      config: join(homedir(), '.config/gateway/gateway.yaml'),
      state: join(homedir(), '.local/state/gateway'),
      socket: join(homedir(), '.local/state/gateway/run/control.sock'),
    })
    t.equal(
      findPaths({ HOME: '' }).config,
      join(userInfo().homedir, '.config/gateway/gateway.yaml'),
    )
    t.equal(
      findPaths({ XDG_CONFIG_HOME: 'relative' }).config,
      join(homedir(), '.config/gateway/gateway.yaml'),
    )
  },
)

t.test(
  'GATEWAY_HOME puts all under one folder; the flag beats GATEWAY_CONFIG',
  { skip: process.platform === 'win32' },
  async t => {
    t.match(findPaths({ GATEWAY_HOME: '/h', XDG_RUNTIME_DIR: '/r' }), {
      config: '/h/gateway.yaml',
      state: '/h',
      log: '/h/log/gateway.log',
      socket: '/h/run/control.sock',
    })
    t.equal(findPaths({ GATEWAY_HOME: '/h', GATEWAY_CONFIG: '/x.yaml' }).config, '/x.yaml')
    t.equal(
      findPaths({ GATEWAY_CONFIG: '/x.yaml' }, 'y.yaml').config,
      join(process.cwd(), 'y.yaml'),
    )
  },
)

t.test(
  'a socket path that the system could not take is made short, and stays one per home',
  { skip: process.platform === 'win32' },
  async t => {
    const deep = join(tmpdir(), 'x'.repeat(120))
    const { socket } = findPaths({ GATEWAY_HOME: deep })
    t.ok(socket.length < 100)
    t.equal(findPaths({ GATEWAY_HOME: deep }).socket, socket)
    t.not(findPaths({ GATEWAY_HOME: `${deep}y` }).socket, socket)
  },
)
