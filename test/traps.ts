// What other gateways got wrong: each trap of test/fixtures/traps.json has a test that bears its name, `S1: ...`, or a case
// file that does, `...-S1-....json`; and in it stand the reports that tell of the trap.

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'

const traps: Readonly<Record<string, readonly [about: string, reports: string]>> = JSON.parse(
  readFileSync(new URL('fixtures/traps.json', import.meta.url), 'utf8'),
)

/** The reports that a text names, as `owner/repository#1`: short, as links, and several numbers of one repository. */
function reportsIn(text: string): string[] {
  const named = /([\w.-]+\/[\w.-]+)(?:#|\/(?:issues|pull)\/)(\d+(?:, #\d+)*)/g
  return [...text.matchAll(named)].flatMap(([, repository, numbers]) =>
    numbers!.split(', #').map(number => `${repository}#${number}`),
  )
}

/** The traps that a title begins with: `O2 O3: ...`. */
const namedBy = (title: string): string[] =>
  /^(?:[A-Z]\d+[ :]+)+/.exec(title)?.[0].match(/[A-Z]\d+/g) ?? []

/** Every report of a trap that a test of its name tells of. */
const told = new Map<string, Set<string>>()
const tell = (names: readonly string[], text: string): void => {
  for (const name of names) {
    const reports = told.get(name) ?? new Set()
    for (const report of reportsIn(text)) reports.add(report)
    told.set(name, reports)
  }
}

for (const file of readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' })) {
  const read = () => readFileSync(join(import.meta.dirname, file), 'utf8')
  const inName = /-([A-Z]\d+)-[^/]*\.json$/.exec(file)
  if (inName) tell([inName[1]!], JSON.parse(read()).about ?? '')
  if (!file.endsWith('.ts')) continue
  for (const test of read()
    .split(/\bt\.test\(\s*/)
    .slice(1)) {
    tell(namedBy(/^['"`](.*)/.exec(test)?.[1] ?? ''), test)
  }
}

for (const [name, [about, reports]] of Object.entries(traps)) {
  t.test(`${name}, ${about}, has a test`, async t => {
    t.ok(told.has(name), `no test is called ${name}`)
    const missing = reportsIn(reports).filter(report => !told.get(name)?.has(report))
    t.strictSame(missing, [], `no test of ${name} tells of them`)
  })
}
