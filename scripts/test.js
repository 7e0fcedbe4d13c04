// All that must hold before a change is done: it builds, it is formatted and linted, its types fit, its tests pass.
// Arguments go to tap: `npm test -- test/alias/pattern.ts`. For its own way of showing failures: npx tap FILE.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { build, install, needNode, root, run, tool } from './steps.js'

needNode()
if (!install() || !build()) process.exit(1)

const totals = { pass: 0, fail: 0 }
const checks = {
  'format and lint': () => run([tool.biome, 'check', '.']),
  types: () => run([tool.tsc]),
  tests: runTests,
}
const failed = []
for (const [name, check] of Object.entries(checks)) if (!(await check())) failed.push(name)
if (failed.length > 0) console.log(`failed: ${failed.join(', ')}`)
console.log(`${totals.pass} passed, ${totals.fail} failed`)
process.exitCode = failed.length > 0 ? 1 : 0

/** Runs tap; shows one line a file, whatever failed with its details, and the coverage. */
async function runTests() {
  const args = ['--reporter=tap', '--coverage-report=text', ...process.argv.slice(2)]
  const child = spawn(process.execPath, [tool.tap, ...args], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = once(child, 'close')
  /** How deep the details of a failure are indented while they are being shown. */
  let details
  let last = ''
  for await (const line of createInterface({ input: child.stdout })) {
    const indent = line.search(/\S/)
    if (details !== undefined) {
      console.log(line)
      if (line.trim() === '...' && indent === details) details = undefined
    } else if (/^ *not ok /.test(line)) {
      console.log(line)
    } else if (line.trim() === '---' && last === 'not ok') {
      details = indent
      console.log(line)
    } else if (indent === 0 && !/^(TAP version|\d+\.\.|# Subtest)/.test(line)) {
      console.log(line)
    }
    const [, counts] = /^# \{ (.*) \}$/.exec(line) ?? []
    if (counts)
      for (const [, what, n] of counts.matchAll(/(pass|fail): (\d+)/g)) totals[what] = Number(n)
    last = line.trim().slice(0, 6)
  }
  const [code] = await ended
  return code === 0
}
