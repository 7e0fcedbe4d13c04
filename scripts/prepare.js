// npm runs this in a clone: after an installation, before it packs the project, and before it links it for "install -g".
// A clone that was never installed has no compiler yet. The packed program has no sources, and nothing to do here.

import { existsSync } from 'node:fs'
import { build, install, isBuilt, sources, tool } from './steps.js'

const withoutTools = /dev/.test(process.env['npm_config_omit'] ?? '')
if (existsSync(sources) && !isBuilt() && !(withoutTools && !existsSync(tool.tsc))) {
  process.exitCode = (existsSync(tool.tsc) || install()) && build() ? 0 : 1
}
