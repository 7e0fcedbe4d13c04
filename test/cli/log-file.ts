import { appendFileSync, mkdirSync, renameSync, writeFileSync } from 'node:fs'
import t from 'tap'
import { followLog, lastLines } from '../../src/cli/log-file.ts'
import { runCli } from '../fixtures/cli.ts'

t.test('the last lines, also of a file of many blocks', async t => {
  const dir = t.testdir()
  const file = `${dir}/gateway.log`
  t.same(await lastLines(file, 3), { text: '', end: undefined })
  const lines = Array.from({ length: 5000 }, (_, i) => `line ${i} ${'ä'.repeat(40)}\n`)
  writeFileSync(file, lines.join(''))
  t.equal((await lastLines(file, 3)).text, lines.slice(-3).join(''))
  t.equal((await lastLines(file, 2000)).text, lines.slice(-2000).join(''))
  t.equal((await lastLines(file, 9999)).text, lines.join(''))
  t.equal((await lastLines(file, 0)).text, '')
  appendFileSync(file, 'unfinished')
  t.equal((await lastLines(file, 1)).text, `${lines.at(-1)}unfinished`)
})

t.test('follows what is appended, through a rotation, without a gap or a line twice', async t => {
  const file = `${t.testdir()}/gateway.log`
  const seen: string[] = []
  const follower = followLog(file, undefined, 5)
  const until = async (end: string) => {
    while (!seen.join('').endsWith(end)) {
      const { value } = await follower.next()
      seen.push(String(value))
    }
  }
  const first = until('one\n')
  writeFileSync(file, 'one\n')
  await first
  // Both before the next look: the end of the old file must not be lost.
  appendFileSync(file, 'two\n')
  renameSync(file, `${file}.1`)
  writeFileSync(file, 'three\n')
  await until('three\n')
  appendFileSync(file, 'four\n')
  await until('four\n')
  writeFileSync(file, 'V\n')
  await until('V\n')
  t.equal(seen.join(''), 'one\ntwo\nthree\nfour\nV\n')
  await follower.return(undefined as never)
})

t.test('begins where the last lines ended', async t => {
  const file = `${t.testdir()}/gateway.log`
  writeFileSync(file, 'old\n')
  const { end } = await lastLines(file, 10)
  appendFileSync(file, 'new\n')
  const follower = followLog(file, end, 5)
  t.equal(String((await follower.next()).value), 'new\n')
  await follower.return(undefined as never)
})

t.test('gateway logs', async t => {
  const dir = t.testdir()
  const none = await runCli(dir, ['logs'])
  t.same([none.exit, none.stdout], [0, ''])
  t.match(none.stderr, /^gateway: no log yet: /)
  mkdirSync(`${dir}/log`)
  writeFileSync(`${dir}/log/gateway.log`, 'a\nb\nc\n')
  t.equal((await runCli(dir, ['logs', '-n', '2'])).stdout, 'b\nc\n')
})
