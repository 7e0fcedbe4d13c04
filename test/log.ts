import { existsSync, mkdirSync, readFileSync, rmdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { Log, type LogOptions } from '../src/log.ts'

const options: LogOptions = { level: 'info', format: 'text', size: 1e6, files: 2 }

/** Waits until what the log has gathered stands in the file. */
async function written(file: string, text: string): Promise<string> {
  for (;;) {
    const found = existsSync(file) ? readFileSync(file, 'utf8') : ''
    if (found.includes(text)) return found
    await sleep(5)
  }
}

t.test('text lines: time, level, words, fields; what is not known is left out', async t => {
  const file = join(t.testdir({}), 'log')
  const log = new Log(file, options)
  log.debug('not this')
  log.info('POST /v1', {
    id: 'a',
    status: 200,
    alias: undefined,
    client: 'two words',
    odd: 'a"b=c',
  })
  log.warn('line\nbreak')
  const text = await written(file, 'break')
  t.match(
    text,
    /^\d{4}-\d\d-\d\dT[\d:.]+Z info {2}POST \/v1 id=a status=200 client="two words" odd="a\\"b=c"\n/,
  )
  t.match(text, /warn {2}line break\n$/)
  t.notMatch(text, 'not this')
  t.equal(statSync(file).mode & 0o777, 0o600)
})

t.test('JSON lines, from the moment the config says so', async t => {
  const file = join(t.testdir({}), 'log')
  const log = new Log(file, options)
  log.configure({ ...options, format: 'json', level: 'debug' })
  log.debug('x', { n: 1, none: undefined, name: 'a\nb' })
  const [line = ''] = (await written(file, '"x"')).split('\n')
  t.match(JSON.parse(line), { level: 'debug', message: 'x', n: 1, name: 'a\nb' })
})

t.test('rotates by size, and keeps so many old files', async t => {
  const dir = t.testdir({})
  const file = join(dir, 'log')
  const log = new Log(file, { ...options, size: 100 })
  for (const n of [1, 2, 3, 4]) {
    log.info(`${n}`.repeat(120))
    // Rotation comes after the write: a new, empty file is its sign.
    await written(`${file}.1`, `${n}`.repeat(120))
  }
  t.match(readFileSync(`${file}.2`, 'utf8'), '3'.repeat(120))
  t.notOk(existsSync(`${file}.3`))
  log.info('last')
  t.match(await written(file, 'last'), /info {2}last\n$/)
})

t.test('where no new file can be opened, no old one is lost', async t => {
  const dir = t.testdir({})
  const file = join(dir, 'log')
  const log = new Log(file, { ...options, size: 100 })
  writeFileSync(`${file}.1`, 'old')
  mkdirSync(`${file}.new`)
  for (const n of [1, 2]) {
    log.info(`${n}`.repeat(120))
    await written(file, `${n}`.repeat(120))
  }
  await log.settled
  t.equal(readFileSync(`${file}.1`, 'utf8'), 'old')
  rmdirSync(`${file}.new`)
  log.info('3'.repeat(120))
  t.match(await written(`${file}.1`, '3'.repeat(120)), '1'.repeat(120))
  t.equal(readFileSync(`${file}.2`, 'utf8'), 'old')
})

t.test('the last lines of a process are written before it ends', async t => {
  const file = join(t.testdir({}), 'log')
  const log = new Log(file, options)
  log.error('why')
  log.flushSync()
  t.match(readFileSync(file, 'utf8'), /error why\n$/)
})

t.test(
  'a full disk holds nobody up, and is said when there is room again',
  { skip: !existsSync('/dev/full') },
  async t => {
    const log = new Log('/dev/full', options)
    log.info('lost')
    log.info('lost too')
    await sleep(150)
    const file = join(t.testdir({}), 'log')
    log.reopen(file)
    log.info('found')
    t.match(
      await written(file, 'found'),
      /warn {2}log lines could not be written lost=2\n.*info {2}found\n$/s,
    )
  },
)
