// The config changes under steady load. Every edit makes `fast` mean the next model, m1, m2, ...; the upstream says back
// which model it was asked for. So an answer tells which generation served it, and whether it was one alone.

import { readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { configOf, type Home, newHome } from '../fixtures/daemon.ts'
import { ask } from '../fixtures/gateway.ts'
import { chatChunk, chatCompletion, type Exchange, upstream } from '../fixtures/upstream.ts'

const json = { 'content-type': 'application/json' }
const means = (url: string, n: number): string => configOf(url, `aliases:\n  fast: up/m${n}`)

async function sayModel(exchange: Exchange): Promise<void> {
  const { model, stream } = exchange.sent
  if (!stream) return exchange.json(chatCompletion('hi', model))
  const events = exchange.sse()
  for (const word of ['a', 'b', 'c']) await events.data(chatChunk(word, model))
  await events.data('[DONE]')
  await events.end()
}

/** How far the edits are: those below `live` have been confirmed, those above `begun` have not begun. */
interface Edits {
  live: number
  begun: number
}

/** Four clients ask without pause until `edit` has done all its edits; gives how many answers there were. */
async function underLoad(
  t: Test,
  url: string,
  edit: (edits: Edits) => Promise<void>,
): Promise<number> {
  const edits: Edits = { live: 0, begun: 0 }
  let editing = true
  let answers = 0
  const client = async (stream: boolean): Promise<void> => {
    while (editing) {
      const from = edits.live
      const reply = await ask(`${url}/v1/chat/completions`, 'POST', json, { model: 'fast', stream })
      if (reply.status !== 200) throw new Error(`${reply.status} ${reply.text}`)
      if (stream && !reply.text.endsWith('data: [DONE]\n\n')) throw new Error(reply.text)
      const models = [...reply.text.matchAll(/"model":"m(\d+)"/g)].map(match => Number(match[1]))
      const said = [
        ...new Set([...models, Number(reply.headers.get('x-gateway-target')?.slice(4))]),
      ]
      if (said.length !== 1) throw new Error(`one answer of several generations: ${said}`)
      if (said[0]! < from || said[0]! > edits.begun) {
        throw new Error(`m${said[0]}, while m${from} was live and m${edits.begun} begun`)
      }
      answers++
    }
  }
  const clients = [client(false), client(true), client(false), client(true)]
  const done = edit(edits).finally(() => {
    editing = false
  })
  await Promise.all([...clients, done])
  t.comment(`${answers} answers during ${edits.begun} edits`)
  return answers
}

/** Does one edit; when it has returned, `fast` means the next model. */
async function next(edits: Edits, act: (n: number) => Promise<void>): Promise<void> {
  const n = edits.begun + 1
  edits.begun = n
  await act(n)
  edits.live = n
}

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
