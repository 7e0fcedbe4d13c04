import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { platform } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { defaultText, deleteValue, editConfig, setValue } from '../../src/config/edit.ts'

const add = (name: string, target: string) => (text: string) =>
  setValue(text, ['aliases', name], target)
const mode = (file: string) => statSync(file).mode & 0o777

t.test('the first edit writes the default config, for the user alone', async t => {
  const dir = t.testdir({})
  const file = join(dir, 'new', 'gateway.yaml')
  const edited = await editConfig(file, add('fast', 'openai/gpt-4o'))
  t.match(edited, { before: defaultText(), created: true })
  t.equal(readFileSync(file, 'utf8'), edited.after)
  t.match(edited.after, '\n  fast: openai/gpt-4o\n')
  t.same(readdirSync(join(dir, 'new')), ['gateway.yaml'], 'nothing else is left')
  if (platform() !== 'win32') t.same([mode(join(dir, 'new')), mode(file)], [0o700, 0o600])
})

t.test('an edit keeps the mode, follows a link, and leaves other lines alone', async t => {
  const dir = t.testdir({
    dotfiles: { 'gw.yaml': '# mine\naliases: {a: openai/x}   # short\r\n' },
    'gateway.yaml': t.fixture('symlink', 'dotfiles/gw.yaml'),
  })
  const real = join(dir, 'dotfiles', 'gw.yaml')
  chmodSync(real, 0o640)
  const file = join(dir, 'gateway.yaml')
  t.match(await editConfig(file, add('b', 'openai/y')), { created: false })
  t.equal(readFileSync(real, 'utf8'), '# mine\naliases: {a: openai/x, b: openai/y}   # short\r\n')
  t.ok(lstatSync(file).isSymbolicLink())
  t.equal(readlinkSync(file), 'dotfiles/gw.yaml')
  if (platform() !== 'win32') t.equal(mode(real), 0o640)
})

t.test('an edit that changes nothing writes nothing', async t => {
  const file = join(t.testdir({ 'gateway.yaml': 'listen: 1\n' }), 'gateway.yaml')
  const { ino } = statSync(file)
  const edited = await editConfig(file, text => text)
  t.equal(edited.before, edited.after)
  t.equal(statSync(file).ino, ino)
})

t.test('a change that would break the config is refused, with its problems', async t => {
  const file = join(t.testdir({ 'gateway.yaml': 'listen: 1\n' }), 'gateway.yaml')
  await t.rejects(editConfig(file, add('fast', 'opnai/x')), {
    code: 'config_edit_refused',
    message: /no provider is named "opnai"/,
  })
  t.equal(readFileSync(file, 'utf8'), 'listen: 1\n')
  t.same(readdirSync(join(file, '..')), ['gateway.yaml'])
})

t.test('a config that was broken before is told so, unless the change mends it', async t => {
  const file = join(t.testdir({ 'gateway.yaml': 'aliases:\n  a: opnai/x\n' }), 'gateway.yaml')
  await t.rejects(editConfig(file, add('b', 'openai/x')), {
    code: 'config_invalid',
    message: /gateway\.yaml:2:3: aliases\.a/,
  })
  await editConfig(file, text => deleteValue(text, ['aliases', 'a']))
  t.equal(readFileSync(file, 'utf8'), 'aliases:\n')
  writeFileSync(file, 'aliases: {\n')
  await t.rejects(editConfig(file, add('b', 'openai/x')), {
    code: 'config_invalid',
    message: /gateway\.yaml:2:1/,
  })
})

t.test('what cannot be spliced names the file', async t => {
  const file = join(
    t.testdir({ 'gateway.yaml': 'providers: {openai: {aliases: &a {x: y}}}\naliases: *a\n' }),
    'gateway.yaml',
  )
  await t.rejects(editConfig(file, add('b', 'openai/x')), {
    code: 'config_edit_failed',
    message: file,
  })
})

t.test('a change by an editor in the meantime wins', async t => {
  const file = join(t.testdir({ 'gateway.yaml': 'listen: 1\n' }), 'gateway.yaml')
  const edit = editConfig(file, text => {
    writeFileSync(file, 'listen: 2\n')
    return add('b', 'openai/x')(text)
  })
  await t.rejects(edit, { code: 'config_changed' })
  t.equal(readFileSync(file, 'utf8'), 'listen: 2\n')
  t.same(readdirSync(join(file, '..')), ['gateway.yaml'])
})

t.test('edits at the same moment, by several processes, all count', async t => {
  const dir = t.testdir({})
  const file = join(dir, 'gateway.yaml')
  const script = join(dir, 'edit.mts')
  const edit = join(import.meta.dirname, '../../src/config/edit.ts')
  writeFileSync(
    script,
    `import { editConfig, setValue } from ${JSON.stringify(edit)}
    for (let i = 0; i < 4; i++) await editConfig(process.argv[2], text => setValue(text, ['aliases', process.argv[3] + i], 'openai/x'))`,
  )
  const exits = ['a', 'b', 'c'].map(async name => {
    const child = spawn(process.execPath, [...process.execArgv, script, file, name], {
      stdio: 'inherit',
    })
    return (await once(child, 'exit'))[0]
  })
  t.same(await Promise.all(exits), [0, 0, 0])
  const names = [...readFileSync(file, 'utf8').matchAll(/^ {2}([abc]\d): /gm)].map(m => m[1])
  t.equal(names.length, 12, names.join())
})

t.test('a lock that a crash left behind does not block, a fresh one does', async t => {
  const dir = t.testdir({ 'gateway.yaml': 'listen: 1\n' })
  const file = join(dir, 'gateway.yaml')
  const lock = join(dir, '.gateway.yaml.lock')
  writeFileSync(lock, 'half of a conf')
  const old = Date.now() / 1000 - 60
  utimesSync(lock, old, old)
  await editConfig(file, add('a', 'openai/x'))
  t.equal(existsSync(lock), false)
  writeFileSync(lock, '')
  await t.rejects(editConfig(file, add('b', 'openai/x')), {
    code: 'config_unwritable',
    message: /another command is editing it/,
  })
  t.equal(existsSync(lock), true, "another's lock is not removed")
})

t.test('a file in a folder that cannot be written', { skip: process.getuid?.() === 0 }, async t => {
  const dir = t.testdir({ conf: { 'gateway.yaml': 'listen: 1\n' } })
  chmodSync(join(dir, 'conf'), 0o500)
  t.teardown(() => chmodSync(join(dir, 'conf'), 0o700))
  await t.rejects(editConfig(join(dir, 'conf', 'gateway.yaml'), add('b', 'openai/x')), {
    code: 'config_unwritable',
    message: /permission denied/,
  })
})

t.test('a path through a file, and a link to nowhere', async t => {
  const dir = t.testdir({ file: '', link: t.fixture('symlink', 'nowhere') })
  mkdirSync(join(dir, 'folder'))
  await t.rejects(
    editConfig(join(dir, 'file', 'gateway.yaml'), x => x),
    {
      code: /config_un(writable|readable)/,
    },
  )
  await t.rejects(
    editConfig(join(dir, 'link'), x => x),
    { code: 'config_unreadable' },
  )
  await t.rejects(
    editConfig(join(dir, 'folder'), x => x),
    { code: 'config_unreadable' },
  )
})
