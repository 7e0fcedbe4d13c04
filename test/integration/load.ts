// The config changes under steady load, in every way in which people change it.

import { readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { type Home, newHome } from '../fixtures/daemon.ts'
import { ask } from '../fixtures/gateway.ts'
import { json, means, next, sayModel, underLoad } from '../fixtures/under-load.ts'
import { chatChunk, upstream } from '../fixtures/upstream.ts'

/** Waits until what a file edit wrote is live. */
const untilLive = (home: Home, n: number) =>
  home.until(({ config, rejected }) => config.generation === n + 1 && !rejected)

t.test('edits by the command line, and by every way an editor saves', async t => {
  const up = await upstream(t, sayModel)
  const home = newHome(t, means(up.url, 0))
  const url = await home.start()
  const aside = `${home.config}.new`
  const ways: readonly ((n: number) => Promise<void>)[] = [
    async n => {
      const added = await home.run('alias', 'add', 'fast', `up/m${n}`, '--force')
      if (added.exit !== 0) throw new Error(added.stderr)
    },
    // A new file is renamed over the old one.
    async n => {
      writeFileSync(aside, means(up.url, n))
      renameSync(aside, home.config)
      await untilLive(home, n)
    },
    // The old file becomes the backup, as vim does it; for a moment there is none.
    async n => {
      renameSync(home.config, `${home.config}~`)
      writeFileSync(home.config, means(up.url, n))
      await untilLive(home, n)
    },
    // The file is emptied, and written piece by piece.
    async n => {
      const lines = means(up.url, n).split(/(?<=\n)/)
      writeFileSync(home.config, '')
      for (const line of lines) writeFileSync(home.config, line, { flag: 'a' })
      await untilLive(home, n)
    },
  ]
  const answers = await underLoad(t, url, async edits => {
    for (let n = 0; n < 100; n++) await next(edits, ways[n % ways.length]!)
  })
  t.ok(answers > 100)
  t.match(await home.status(), {
    config: { generation: 101 },
    requests: { failed: 0, cancelled: 0, inFlight: 0 },
  })
  t.equal(readFileSync(home.config, 'utf8'), means(up.url, 100))
})

t.test(
  'a ConfigMap: folders that a link is swapped between',
  { skip: process.platform === 'win32' && 'no links' },
  async t => {
    const up = await upstream(t, sayModel)
    const home = newHome(t)
    const mount = join(home.dir, '..', 'mount')
    const publish = async (n: number): Promise<void> => {
      await mkdir(join(mount, `..v${n}`), { recursive: true })
      writeFileSync(join(mount, `..v${n}`, 'gateway.yaml'), means(up.url, n))
      symlinkSync(`..v${n}`, join(mount, '..data_tmp'))
      renameSync(join(mount, '..data_tmp'), join(mount, '..data'))
      rmSync(join(mount, `..v${n - 1}`), { recursive: true, force: true })
    }
    await publish(0)
    symlinkSync('..data/gateway.yaml', join(mount, 'gateway.yaml'))
    const url = await home.start('--config', join(mount, 'gateway.yaml'))
    await underLoad(t, url, async edits => {
      for (let n = 0; n < 20; n++)
        await next(edits, async n => {
          await publish(n)
          await untilLive(home, n)
        })
    })
    t.match((await home.status()).requests, { failed: 0, cancelled: 0 })
  },
)

t.test('bad files and reloads on demand in between: not one request notices', async t => {
  const up = await upstream(t, sayModel)
  const home = newHome(t, means(up.url, 0))
  const url = await home.start()
  await underLoad(t, url, async edits => {
    for (let n = 0; n < 10; n++) {
      writeFileSync(home.config, 'aliases: { fast: [\n')
      await home.until(({ rejected }) => rejected !== undefined)
      const reload = await home.run('reload')
      if (reload.exit !== 1) throw new Error(`exit ${reload.exit} for a bad file`)
      await next(edits, async n => {
        writeFileSync(home.config, means(up.url, n))
        await untilLive(home, n)
      })
    }
  })
  t.match((await home.status()).requests, { failed: 0, cancelled: 0 })
})

t.test('a stream that began before an edit ends as it began', async t => {
  const up = await upstream(t)
  const home = newHome(t, means(up.url, 0))
  const url = await home.start()
  const asked = ask(`${url}/v1/chat/completions`, 'POST', json, { model: 'fast', stream: true })
  const exchange = await up.next()
  t.equal(exchange.sent.model, 'm0')
  const far = exchange.sse()
  await far.data(chatChunk('a', 'm0'))
  await home.run('alias', 'remove', 'fast')
  writeFileSync(home.config, 'providers: {}\n')
  await home.until(({ config }) => config.generation === 3)
  t.match(
    (await ask(`${url}/v1/chat/completions`, 'POST', json, { model: 'up/m' })).json.error.source,
    'gateway',
  )
  await far.data(chatChunk('b', 'm0'))
  await far.end()
  const { status, headers, text } = await asked
  t.equal(status, 200)
  t.equal(headers.get('x-gateway-target'), 'up/m0')
  t.match(text, /"a".*"b"/s)
})
