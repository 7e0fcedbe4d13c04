// npm runs this before it packs or links the project. An installation of the packed program has no compiler, and needs none.

import { existsSync } from 'node:fs'
import { build, isBuilt, tool } from './steps.js'

if (existsSync(tool.tsc) && !isBuilt()) process.exitCode = build() ? 0 : 1
