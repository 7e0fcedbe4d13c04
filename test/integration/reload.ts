// The file changes while the daemon serves. Under load: load.ts.

import { appendFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import t from 'tap'
import { configOf, type Home, newHome, posix } from '../fixtures/daemon.ts'
import { ask } from '../fixtures/gateway.ts'
import { chatCompletion, upstream } from '../fixtures/upstream.ts'

const configFor = (url: string, model: string): string =>
  configOf(url, `aliases:\n  fast: up/${model}`)

const json = { 'content-type': 'application/json' }

/** The model that `fast` is now, as an upstream that echoes it says. */
const modelNow = async (url: string): Promise<string> =>
  (await ask(`${url}/v1/chat/completions`, 'POST', json, { model: 'fast' })).json.model

const generation = async (home: Home): Promise<number> => (await home.status()).config.generation

t.test('however an editor saves, the new text is live', async t => {
  const up = await upstream(t, exchange => exchange.json(chatCompletion('hi', exchange.sent.model)))
  const home = newHome(t, configFor(up.url, 'm0'))
  const url = await home.start()
  const save: Readonly<Record<string, (text: string) => void>> = {
    'in place': text => writeFileSync(home.config, text),
    'by renaming a new file over it': text => {
      writeFileSync(`${home.config}.new`, text)
      renameSync(`${home.config}.new`, home.config)
    },
    'by moving the old one away, as vim does': text => {
      renameSync(home.config, `${home.config}~`)
      writeFileSync(home.config, text)
    },
    'by deleting and creating': text => {
      rmSync(home.config)
      writeFileSync(home.config, text)
    },
    'piece by piece': text => {
      writeFileSync(home.config, '')
      for (const line of text.split(/(?<=\n)/)) appendFileSync(home.config, line)
    },
  }
  let n = 0
  for (const [says, act] of Object.entries(save)) {
    n++
    act(configFor(up.url, `m${n}`))
    await home.until(status => status.config.generation > n)
    t.equal(await modelNow(url), `m${n}`, says)
    t.equal((await home.status()).rejected, undefined, says)
  }
})

t.test(
  'a bad file changes nothing, and is seen with line and column; a good one mends it',
  async t => {
    const up = await upstream(t, exchange =>
      exchange.json(chatCompletion('hi', exchange.sent.model)),
    )
    const good = configFor(up.url, 'm1')
    const home = newHome(t, good)
    const url = await home.start()
    writeFileSync(home.config, `${good}  oops: [\n`)
    const { rejected, config } = await home.until(status => status.rejected !== undefined)
    t.match(rejected!.problems[0], {
      file: home.config,
      line: Number,
      column: Number,
      severity: 'error',
    })
    t.equal(config.generation, 1)
    t.equal(await modelNow(url), 'm1')
    const shown = await home.run('status')
    t.equal(shown.exit, 0)
    t.match(shown.stdout + shown.stderr, new RegExp(`${home.config}:\\d+:\\d+`))
    const reload = await home.run('reload')
    t.equal(reload.exit, 1)
    t.match(reload.stdout + reload.stderr, /gateway\.yaml:\d+:\d+/)
    t.equal((await home.run('config', 'check')).exit, 1)
    t.match((await home.run('logs')).stdout, / warn +config rejected: .*gateway\.yaml:\d+:\d+/)
    writeFileSync(home.config, good)
    await home.until(status => status.rejected === undefined)
    t.equal(await generation(home), 1, 'the same text again is no new generation')
    t.equal((await home.run('reload')).exit, 0)
    t.equal(await generation(home), 1, 'also where it was asked for')
  },
)

t.test('a file that vanishes does not mean all defaults', async t => {
  const up = await upstream(t, exchange => exchange.json(chatCompletion('hi', exchange.sent.model)))
  const home = newHome(t, configFor(up.url, 'm1'))
  const url = await home.start()
  rmSync(home.config)
  const { rejected } = await home.until(status => status.rejected !== undefined)
  t.match(rejected!.problems[0]!.message, 'it is gone')
  t.equal(await modelNow(url), 'm1')
  t.match((await home.run('status')).stdout, /refused .*\n.*gateway\.yaml: .*it is gone/)
  t.equal((await home.run('reload')).exit, 1)
})

t.test('SIGHUP reads the file; what cannot change while it runs says so', posix, async t => {
  const home = newHome(t, 'listen: 127.0.0.1:0\n')
  await home.run('start')
  const { pid, config } = await home.status()
  process.kill(pid, 'SIGHUP')
  await home.until(status => status.config.loadedAt !== config.loadedAt)
  writeFileSync(home.config, 'listen: 127.0.0.1:1\n')
  const { restartNeeded } = await home.until(status => status.config.generation === 2)
  t.same(restartNeeded, ['listen'])
  t.match((await home.run('status')).stdout, /listen.*restart/s)
})

t.test('edits at once are all live when they return, also those that others followed', async t => {
  const home = newHome(t, 'listen: 127.0.0.1:0\n')
  await home.start()
  const names = ['a', 'b', 'c', 'd', 'e', 'f']
  const ran = await Promise.all(names.map(name => home.run('alias', 'add', name, 'openai/gpt-4o')))
  for (const { exit, stderr } of ran) {
    t.equal(exit, 0, stderr)
    t.match(stderr, 'live as generation')
  }
  const { stdout } = await home.run('alias', 'list')
  for (const name of names) t.match(stdout, new RegExp(`^${name}\\b`, 'm'))
})
