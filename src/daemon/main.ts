import { parseArgs } from 'node:util'
import { parseListen } from '../config/units.ts'
import { Log } from '../log.ts'
import { findPaths } from '../paths.ts'
import { readLent } from './handover.ts'
import { live } from './lifecycle.ts'

const { values } = parseArgs({
  options: {
    config: { type: 'string' },
    demo: { type: 'boolean', default: false },
    foreground: { type: 'boolean', default: false },
    listen: { type: 'string' },
    'take-over': { type: 'string' },
  },
})

process.title = 'gateway'
// http-proxy 1.18 calls util._extend, of which newer Nodes warn; whoever reads the log can do nothing about it.
process.noDeprecation = true
const paths = findPaths(process.env, values.config)
const log = new Log(values.foreground ? undefined : paths.log, {
  // Until the config says otherwise.
  level: 'info',
  format: 'text',
  size: 10 * 1024 ** 2,
  files: 3,
})

const code = await live(
  {
    paths,
    log,
    env: process.env,
    demo: values.demo,
    foreground: values.foreground,
    takeOver: values['take-over'] === undefined ? undefined : readLent(values['take-over']),
    listen: values.listen === undefined ? undefined : parseListen(values.listen),
  },
  // Whoever started it may have gone, which is no reason to go as well.
  message => process.send?.(message, undefined, undefined, () => {}),
)
if (code !== undefined) {
  log.flushSync()
  process.exitCode = code
  // What is still open (the demo provider, a watcher) must not keep a daemon alive that serves nobody.
  if (process.connected) process.once('disconnect', () => process.exit(code))
  else process.exit(code)
}
