// Runs one of the programs here: node bench/run.js NAME [ARGUMENT...]. They are TypeScript: tap's loader reads them.

import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const [name = 'resolver', ...args] = process.argv.slice(2)
const loader = import.meta.resolve('@tapjs/typescript/import')
const file = fileURLToPath(new URL(`${name}.ts`, import.meta.url))
process.exitCode =
  spawnSync(process.execPath, [`--import=${loader}`, file, ...args], { stdio: 'inherit' }).status ??
  1
