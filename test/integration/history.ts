// Who changed the config, when and how, as the built daemon writes it down; and the way back.

import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import t from 'tap'
import { type Home, newHome } from '../fixtures/daemon.ts'

interface Row {
  readonly generation: number
  readonly by: string
  readonly says: readonly string[]
}

const historyOf = async (home: Home): Promise<readonly Row[]> =>
  JSON.parse((await home.run('history', '--json')).stdout)

const rows = async (home: Home): Promise<readonly string[]> =>
  (await historyOf(home)).map(
    ({ generation, by, says }) => `${generation} ${by}: ${says.join('; ')}`,
  )

const live = (home: Home, generation: number) =>
  home.until(({ config }) => config.generation === generation)

// A byte order mark, line ends of Windows, a comment that nothing ends: what undo must give back.
const first = '\uFEFF# Mine.\r\naliases:\r\n  fast: gpt-3.5-turbo # why\r\n# end'

t.test('every change is a generation, with who made it; undo goes back byte for byte', async t => {
  const home = newHome(t, first)
  await home.start('--demo')
  await home.run('alias', 'add', 'fast', 'gpt-4o-mini', '--force')
  const second = readFileSync(home.config)
  writeFileSync(home.config, second.toString().replace('gpt-4o-mini', 'gpt-4o'))
  await live(home, 3)
  writeFileSync(home.config, 'aliases: [')
  await home.until(({ rejected }) => rejected !== undefined)

  const refused = await home.run('undo')
  t.equal(refused.exit, 1, 'the broken text is not thrown away')
  t.match(
    refused.stderr,
    /has changed since generation 3 became live; nothing was written\n.*hint: /,
  )
  t.equal(readFileSync(home.config, 'utf8'), 'aliases: [')
  const text = await home.run('history', 'show', '3', '--text')
  t.equal(text.stdout, second.toString().replace('gpt-4o-mini', 'gpt-4o'))
  writeFileSync(home.config, text.stdout)
  await home.until(({ rejected }) => rejected === undefined)

  const back = await home.run('undo')
  t.match(
    back.stderr,
    /back to generation 2\n.*fast: gpt-4o -> gpt-4o-mini\n.*live as generation 4/,
  )
  t.same(readFileSync(home.config), second)
  await home.run('undo')
  t.same(readFileSync(home.config), Buffer.from(first))
  t.match(await home.run('undo'), { exit: 1, stderr: /nothing to undo/ })
  await home.run('undo', '--to', '3')
  t.same(await rows(home), [
    '1 by hand: fast: added, gpt-3.5-turbo',
    '2 alias add: fast: gpt-3.5-turbo -> gpt-4o-mini',
    '3 by hand: fast: gpt-4o-mini -> gpt-4o',
    '4 undo: fast: gpt-4o -> gpt-4o-mini',
    '5 undo: fast: gpt-4o-mini -> gpt-3.5-turbo',
    '6 undo: fast: gpt-3.5-turbo -> gpt-4o',
  ])
  t.equal((await home.status()).config.generation, 6)
  const shown = await home.run('history', 'show', '2')
  t.match(shown.stdout, /alias add\n {2}fast: .*\n\n@@ -1,4 \+1,4 @@\n/)
  t.match(shown.stdout, /-\s+fast: gpt-3.5-turbo # why\r\n\+\s+fast: gpt-4o-mini # why\r\n/)
  t.match(await home.run('history', 'show', '99'), { exit: 1, stderr: /no generation 99/ })
})

t.test('numbers go on across restarts, and what happened meanwhile is told', async t => {
  const home = newHome(t, 'aliases: { a: gpt-4 }\n')
  t.match(await home.run('undo'), { exit: 1, stderr: /no config has been live yet/ })
  await home.start('--demo')
  await home.run('alias', 'add', 'b', 'gpt-4')
  await home.run('reload')
  t.equal((await home.status()).config.generation, 2, 'the same text is the same generation')
  await home.run('stop')
  await home.start('--demo')
  t.equal((await home.status()).config.generation, 2, 'also after a restart')
  await home.run('stop')

  await home.run('alias', 'add', 'c', 'gpt-5')
  await home.run('alias', 'remove', 'b')
  await home.start('--demo')
  t.match(await rows(home), [
    '1 by hand',
    '2 alias add',
    '3 alias add, then alias remove: b: removed, was gpt-4; c: added, gpt-5',
  ])
  await home.run('stop')

  const [before, edited] = [readFileSync(home.config, 'utf8'), 'aliases: { a: gpt-5 }\n']
  await home.run('alias', 'add', 'd', 'gpt-4')
  const undone = await home.run('undo')
  t.match(undone, { exit: 0, stderr: /back to generation 3\n.*d: removed, was gpt-4\n/ })
  t.equal(readFileSync(home.config, 'utf8'), before, 'a command is undone before it was live')
  writeFileSync(home.config, edited)
  const refused = await home.run('undo')
  t.equal(refused.exit, 1)
  t.match(refused.stderr, /gateway: hint: gateway start makes it a generation/)
  t.equal(readFileSync(home.config, 'utf8'), edited)
  await home.start('--demo')
  t.match((await rows(home)).at(-1), /^4 by hand: /)
})

t.test('the same text again by hand is by hand, though a command made it once', async t => {
  const home = newHome(t, 'aliases: { a: gpt-4 }\n')
  await home.start('--demo')
  await home.run('alias', 'add', 'b', 'gpt-4')
  const added = readFileSync(home.config)
  writeFileSync(home.config, 'aliases: { a: gpt-4 }\n')
  await live(home, 3)
  writeFileSync(home.config, added)
  await live(home, 4)
  t.match(await rows(home), ['1 by hand', '2 alias add', '3 by hand', '4 by hand'])
})

t.test('nobody else may read it, and nothing needs it', async t => {
  const home = newHome(t, 'providers: { openai: { headers: { x-key: s3cret } } }\n')
  await home.start('--demo')
  await home.run('alias', 'add', 'b', 'gpt-4')
  const files = readdirSync(home.paths.history)
  t.same(files.sort(), ['1.json', '2.json', 'edits.json'])
  if (process.platform !== 'win32') {
    for (const file of files) t.equal(statSync(`${home.paths.history}/${file}`).mode & 0o777, 0o600)
    t.equal(statSync(home.paths.history).mode & 0o777, 0o700)
  }
  t.notMatch((await home.run('history', '--json')).stdout, 's3cret')
  await home.run('stop')
  writeFileSync(`${home.paths.history}/2.json`, 'nonsense')
  await home.start('--demo')
  t.match(await rows(home), ['1 ', '2 alias add: b: added, gpt-4'])
})

t.test('each config file has a history of its own', async t => {
  const home = newHome(t, 'aliases: { a: gpt-4 }\n')
  const other = `${home.dir}/other.yaml`
  writeFileSync(other, 'aliases: { b: gpt-4 }\n')
  await home.start('--demo')
  await home.run('stop')
  await home.start('--demo', '--config', other)
  t.match(await rows(home), [/^1 .*a: added/])
  const mine = JSON.parse((await home.run('history', '--json', '--config', other)).stdout)
  t.match(mine, [{ generation: 1, says: ['b: added, gpt-4'] }])
})
