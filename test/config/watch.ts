import { EventEmitter, once } from 'node:events'
import {
  appendFileSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { watchConfig } from '../../src/config/watch.ts'

/** Watches `file`; each report is kept as what the file held when it came. `next` waits for the next one. */
async function watching(t: Test, file: string) {
  const seen: string[] = []
  const bell = new EventEmitter()
  const watch = await watchConfig(file, () => {
    seen.push(existsSync(file) ? readFileSync(file, 'utf8') : '(none)')
    bell.emit('report')
  })
  t.teardown(() => watch.close())
  let read = 0
  return {
    seen,
    watch,
    async next() {
      // Below the poll's 2 s, so that only events can have brought it.
      if (seen.length === read) await once(bell, 'report', { signal: AbortSignal.timeout(1_500) })
      return seen[read++]
    },
  }
}

t.test('sees a plain write', async t => {
  const file = join(t.testdir({ 'gateway.yaml': 'a: 1\n' }), 'gateway.yaml')
  const { next } = await watching(t, file)
  writeFileSync(file, 'a: 2\n')
  t.equal(await next(), 'a: 2\n')
  appendFileSync(file, 'b: 3\n')
  t.equal(await next(), 'a: 2\nb: 3\n')
})

t.test('sees every save of an editor that renames, as vim does', async t => {
  const dir = t.testdir({ 'gateway.yaml': 'a: 0\n' })
  const file = join(dir, 'gateway.yaml')
  const { next } = await watching(t, file)
  for (let i = 1; i <= 5; i++) {
    renameSync(file, `${file}~`)
    writeFileSync(file, `a: ${i}\n`)
    rmSync(`${file}~`)
    t.equal(await next(), `a: ${i}\n`)
    writeFileSync(join(dir, '4913'), `a: ${i}.5\n`)
    renameSync(join(dir, '4913'), file)
    t.equal(await next(), `a: ${i}.5\n`)
  }
})

t.test(
  'waits until a write in pieces is done, and does not take the empty file for one',
  async t => {
    const file = join(t.testdir({ 'gateway.yaml': 'a: 1\nb: 2\n' }), 'gateway.yaml')
    const { next, seen } = await watching(t, file)
    const fd = openSync(file, 'w')
    await sleep(100)
    for (const line of ['a: 2\n', 'b: 3\n', 'c: 4\n']) {
      writeSync(fd, line)
      await sleep(15)
    }
    closeSync(fd)
    t.equal(await next(), 'a: 2\nb: 3\nc: 4\n')
    t.equal(seen.length, 1)
  },
)

t.test('knows whether the file is still what it reported', async t => {
  const file = join(t.testdir({ 'gateway.yaml': 'a: 1\n' }), 'gateway.yaml')
  const { next, watch } = await watching(t, file)
  writeFileSync(file, 'a: 2\n')
  await next()
  t.equal(await watch.isAsReported(), true)
  writeFileSync(file, '')
  t.equal(await watch.isAsReported(), false)
})

t.test('reports a file that never stops changing, and stands by it', async t => {
  const file = join(t.testdir({ 'gateway.yaml': 'a: 1\n' }), 'gateway.yaml')
  const { seen, watch } = await watching(t, file)
  while (!seen.length) {
    appendFileSync(file, '# more\n')
    await sleep(10)
  }
  appendFileSync(file, '# and more\n')
  t.equal(await watch.isAsReported(), true)
})

t.test('sees the swap of ..data in a ConfigMap, again and again', async t => {
  const dir = t.testdir({
    '..v0': { 'gateway.yaml': 'a: 0\n' },
    '..data': t.fixture('symlink', '..v0'),
    'gateway.yaml': t.fixture('symlink', '..data/gateway.yaml'),
  })
  const { next } = await watching(t, join(dir, 'gateway.yaml'))
  for (let i = 1; i <= 4; i++) {
    mkdirSync(join(dir, `..v${i}`))
    writeFileSync(join(dir, `..v${i}`, 'gateway.yaml'), `a: ${i}\n`)
    symlinkSync(`..v${i}`, join(dir, '..data_tmp'))
    renameSync(join(dir, '..data_tmp'), join(dir, '..data'))
    rmSync(join(dir, `..v${i - 1}`), { recursive: true })
    t.equal(await next(), `a: ${i}\n`)
  }
})

t.test('sees a change of the file that a link leads to, and of the link', async t => {
  const dir = t.testdir({
    dotfiles: { 'gw.yaml': 'a: 1\n', 'other.yaml': 'b: 1\n' },
    config: { 'gateway.yaml': t.fixture('symlink', '../dotfiles/gw.yaml') },
  })
  const { next } = await watching(t, join(dir, 'config', 'gateway.yaml'))
  writeFileSync(join(dir, 'dotfiles', 'gw.yaml'), 'a: 2\n')
  t.equal(await next(), 'a: 2\n')
  symlinkSync('../dotfiles/other.yaml', join(dir, 'config', 'new'))
  renameSync(join(dir, 'config', 'new'), join(dir, 'config', 'gateway.yaml'))
  t.equal(await next(), 'b: 1\n')
  await sleep(150)
  writeFileSync(join(dir, 'dotfiles', 'other.yaml'), 'b: 2\n')
  t.equal(await next(), 'b: 2\n')
})

t.test('sees a file that is deleted and created again', async t => {
  const file = join(t.testdir({ 'gateway.yaml': 'a: 1\n' }), 'gateway.yaml')
  const { next, seen } = await watching(t, file)
  rmSync(file)
  await sleep(100)
  writeFileSync(file, 'a: 2\n')
  t.equal(await next(), 'a: 2\n')
  t.equal(seen.length, 1, 'the moment without a file was not reported')
  rmSync(file)
  t.equal(await next(), '(none)')
})

t.test('sees a file whose folders are made later', async t => {
  const dir = t.testdir({})
  const file = join(dir, 'deep', 'er', 'gateway.yaml')
  const { next } = await watching(t, file)
  mkdirSync(join(dir, 'deep', 'er'), { recursive: true })
  writeFileSync(file, 'a: 1\n')
  t.equal(await next(), 'a: 1\n')
  await sleep(200)
  writeFileSync(file, 'a: 2\n')
  t.equal(await next(), 'a: 2\n')
})

t.test('sees a file whose folder is replaced', async t => {
  const dir = t.testdir({ conf: { 'gateway.yaml': 'a: 1\n' }, next: { 'gateway.yaml': 'a: 2\n' } })
  const file = join(dir, 'conf', 'gateway.yaml')
  const { next } = await watching(t, file)
  renameSync(join(dir, 'conf'), join(dir, 'old'))
  renameSync(join(dir, 'next'), join(dir, 'conf'))
  t.equal(await next(), 'a: 2\n')
  await sleep(200)
  writeFileSync(file, 'a: 3\n')
  t.equal(await next(), 'a: 3\n')
})

t.test('says nothing of other files in the folder, nor after close', async t => {
  const dir = t.testdir({ 'gateway.yaml': 'a: 1\n' })
  const file = join(dir, 'gateway.yaml')
  let reports = 0
  const watch = await watchConfig(file, () => {
    reports++
  })
  for (let i = 0; i < 20; i++) appendFileSync(join(dir, 'gateway.log'), 'line\n')
  await sleep(300)
  t.equal(reports, 0)
  writeFileSync(file, 'a: 2\n')
  await watch.close()
  await sleep(200)
  t.equal(reports, 0)
})

t.test('misses nothing that happens right after it began', async t => {
  const dir = t.testdir({})
  for (let i = 0; i < 20; i++) {
    mkdirSync(join(dir, `${i}`))
    const file = join(dir, `${i}`, 'gateway.yaml')
    writeFileSync(file, 'a: 1\n')
    const { next } = await watching(t, file)
    writeFileSync(file, `a: ${i}.5\n`)
    t.equal(await next(), `a: ${i}.5\n`)
  }
})

t.test('looks by itself where the file system sends no events', async t => {
  const deaf = { watch: () => Object.assign(new EventEmitter(), { close: async () => {} }) }
  const { watchConfig: watchDeaf } = await t.mockImport<typeof import('../../src/config/watch.ts')>(
    '../../src/config/watch.ts',
    { chokidar: deaf },
  )
  const file = join(t.testdir({ 'gateway.yaml': 'a: 1\n' }), 'gateway.yaml')
  // The watch's own timers do not keep a process alive.
  const alive = setInterval(() => {}, 1_000)
  t.teardown(() => clearInterval(alive))
  const bell = new EventEmitter()
  const watch = await watchDeaf(file, () => bell.emit('report'))
  t.teardown(() => watch.close())
  writeFileSync(file, 'a: 2\n')
  await once(bell, 'report', { signal: AbortSignal.timeout(5_000) })
})
