// Profiles and temporary aliases in the built daemon: what a request gets, and what outlives what.

import { writeFileSync } from 'node:fs'
import t, { type Test } from 'tap'
import { hashText } from '../../src/config/load.ts'
import type { TemporaryAlias } from '../../src/control/api.ts'
import { connectControl } from '../../src/control/client.ts'
import { configOf, type Home, newHome } from '../fixtures/daemon.ts'
import { ask } from '../fixtures/gateway.ts'
import { chatChunk, chatCompletion, type Upstream, upstream } from '../fixtures/upstream.ts'

const json = { 'content-type': 'application/json' }

const post = (url: string, body: object) => ask(`${url}/v1/chat/completions`, 'POST', json, body)

/** The model that a name is now, as an upstream that echoes it says; the error's code where it is none. */
async function modelNow(url: string, model = 'fast'): Promise<string> {
  const reply = await post(url, { model })
  return reply.status === 200 ? reply.json.model : reply.json.error.code
}

const echo = (t: Test): Promise<Upstream> =>
  upstream(t, exchange => exchange.json(chatCompletion('hi', exchange.sent.model)))

const names = `aliases:
  fast: up/file
  smart: up/clever
profiles:
  offline:
    fast: up/near
    smart: ~
  cheap:
    fast: { target: up/cheap, hidden: true }
`

const temporary = async (home: Home): Promise<readonly TemporaryAlias[]> =>
  (await home.status()).temporary

/** Writes another config, and waits until it is live. */
async function edit(home: Home, text: string): Promise<void> {
  writeFileSync(home.config, text)
  await home.until(({ config }) => config.hash === hashText(text))
}

t.test('a temporary alias that ends during a request', async t => {
  const up = await upstream(t)
  const home = newHome(t, configOf(up.url, names))
  const url = await home.start()
  const added = await connectControl(home.paths).call('addTemporary', {
    name: 'fast',
    value: { target: 'up/now', respondAs: 'alias' },
    forMs: 3000,
  })
  t.match(added, { before: 'up/file', again: 'up/file' })
  const running = post(url, { model: 'fast', stream: true })
  const held = await up.next()
  t.equal(held.sent.model, 'now')
  const answer = held.sse()
  await answer.data(chatChunk('a', 'now'))
  await home.until(status => status.temporary.length === 0)
  await answer.data(chatChunk('b', 'now'))
  await answer.data('[DONE]')
  await answer.end()
  const reply = await running
  t.equal(
    reply.headers.get('x-gateway-target'),
    'up/now',
    'the request goes on with the old meaning',
  )
  t.same(
    [...reply.text.matchAll(/"model":"(\w+)"/g)].map(match => match[1]),
    ['fast', 'fast'],
  )
  const next = post(url, { model: 'fast' })
  const after = await up.next()
  t.equal(after.sent.model, 'file', 'the next one has the new')
  after.json(chatCompletion('hi', 'file'))
  await next
  t.match((await home.run('logs')).stdout, /temporary alias ended .*alias=fast.*again=up\/file/)
})

t.test('a temporary alias outlives edits and bad files, and no restart', async t => {
  const up = await echo(t)
  const home = newHome(t, configOf(up.url, names))
  const url = await home.start()
  const added = await home.run('alias', 'add', 'fast', 'up/now', '--until-restart')
  t.match(added, { exit: 0, stdout: '' })
  t.match(added.stderr, 'fast -> up/now, was up/file, again after a restart')
  t.equal(await modelNow(url), 'now')
  await edit(home, configOf(up.url, names.replace('up/file', 'up/edited')))
  t.equal(await modelNow(url), 'now', 'an edit')
  writeFileSync(home.config, 'aliases: [')
  await home.until(status => status.rejected !== undefined)
  t.equal(await modelNow(url), 'now', 'a file that is refused')
  t.equal((await home.run('alias', 'add', 'new', 'up/new', '--for', '2h')).exit, 0)
  t.equal(await modelNow(url, 'new'), 'new', 'added while the file is bad')
  t.equal((await home.run('alias', 'remove', 'fast')).exit, 0, 'and taken away')
  t.equal(await modelNow(url), 'edited')
  t.equal((await home.run('alias', 'add', 'fast', 'up/now', '--until-restart')).exit, 0)
  writeFileSync(home.config, configOf(up.url, names))
  await home.until(status => status.rejected === undefined)
  t.equal(await modelNow(url, 'new'), 'new')
  const restarted = await home.run('restart')
  t.match(restarted.stderr, 'gone with it, as temporary aliases: new, fast')
  t.same(await temporary(home), [])
  t.equal(await modelNow(restarted.stdout.trim()), 'file')
})

t.test('one that an edit makes faulty is out of force, and back with the next', async t => {
  const up = await echo(t)
  const home = newHome(t, configOf(up.url, names))
  const url = await home.start()
  t.equal((await home.run('alias', 'add', 'fast', 'smart', '--for', '2h')).exit, 0)
  t.equal(await modelNow(url), 'clever')
  await edit(home, configOf(up.url, names.replace('up/clever', 'fast')))
  t.match(await temporary(home), [{ name: 'fast', broken: /^a cycle: fast -> smart -> fast/ }])
  t.equal(await modelNow(url), 'file', 'the file is served as it is')
  t.match((await home.run('status')).stdout, 'the temporary alias "fast" is out of force: a cycle')
  t.match((await home.run('alias', 'list')).stdout, /left; out of force: a cycle/)
  t.match((await home.run('logs')).stdout, /warn +the temporary alias "fast" is out of force/)
  await edit(home, configOf(up.url, names))
  t.equal(await modelNow(url), 'clever')
})

t.test('one that would be faulty at once is refused, and leaves no trace', async t => {
  const home = newHome(t, configOf('http://127.0.0.1:9', names))
  await home.start()
  const refused = async (reason: RegExp, ...argv: string[]) => {
    const { exit, stderr } = await home.run('alias', 'add', ...argv, '--for', '2h')
    t.equal(exit, 1)
    t.match(stderr, reason)
  }
  await refused(/"smart" cannot be added: a cycle: smart -> smart/, 'smart', 'smart')
  await refused(/no provider is named "upp" \(did you mean "up\/x"\?\)/, 'fast', 'upp/x')
  await refused(/more stars/, 'a', 'up/*')
  await refused(/no provider is named "nobody"/, 'a', 'b', '--provider', 'nobody')
  t.same(await temporary(home), [])
})

t.test('a profile is live at once, and after a restart', async t => {
  const up = await echo(t)
  const home = newHome(t, configOf(up.url, names))
  t.match(await home.run('profile', 'use', 'offline'), { exit: 0, stdout: '' }, 'with no daemon')
  const url = await home.start()
  t.equal(await modelNow(url), 'near')
  const off = await post(url, { model: 'smart' })
  t.equal(off.status, 404)
  t.match(off.json.error, {
    code: 'alias_disabled',
    message: /"smart" is switched off by the profile "offline"/,
  })
  const listed = async (): Promise<string[]> =>
    (await ask(`${url}/v1/models`, 'GET', {})).json.data.map(({ id }: { id: string }) => id)
  t.same(await listed(), ['fast'])
  t.match((await home.run('profile', 'use', 'cheap')).stderr, 'was offline')
  t.equal(await modelNow(url), 'cheap')
  t.same(await listed(), ['smart'], 'a profile may hide')
  t.match(await home.status(), { profile: { name: 'cheap', missing: false } })
  const restarted = await home.run('restart')
  t.equal(await modelNow(restarted.stdout.trim()), 'cheap')
  t.equal((await home.run('profile', 'none')).exit, 0)
  t.equal(await modelNow(restarted.stdout.trim()), 'file')
  t.notOk('profile' in (await home.status()))
})

t.test('a profile in use that vanishes from the file is missed, not the file refused', async t => {
  const up = await echo(t)
  const home = newHome(t, configOf(up.url, names))
  await home.run('profile', 'use', 'offline')
  const url = await home.start()
  writeFileSync(home.config, configOf(up.url, names.replace('offline', 'away')))
  const status = await home.until(({ profile }) => profile?.missing === true)
  t.equal(status.rejected, undefined)
  t.equal(await modelNow(url), 'file')
  t.match((await home.run('status')).stdout, 'the config has no profile "offline"')
  t.match((await home.run('logs')).stdout, /warn +the config has no profile "offline"/)
  t.match((await home.run('profile', 'list')).stderr, 'the profile "offline" was chosen')
  writeFileSync(home.config, configOf(up.url, names))
  await home.until(({ profile }) => profile?.missing === false)
  t.equal(await modelNow(url), 'near', 'it is in use again when it is back')
  writeFileSync(home.config, 'aliases: [')
  await home.until(({ rejected }) => rejected !== undefined)
  t.equal((await home.run('profile', 'none')).exit, 0, 'also while the file is bad')
  t.equal(await modelNow(url), 'file')
})

t.test('ten thousand aliases, and a layer on top', async t => {
  const up = await echo(t)
  const many = Array.from({ length: 10_000 }, (_, n) => `  a${n}: up/m${n}\n`).join('')
  const home = newHome(t, configOf(up.url, names.replace('aliases:\n', `aliases:\n${many}`)))
  const url = await home.start()
  t.equal((await home.run('profile', 'use', 'offline')).exit, 0)
  t.equal((await home.run('alias', 'add', 'a7', 'a8', '--for', '1h')).exit, 0)
  t.same(
    [await modelNow(url), await modelNow(url, 'a7'), await modelNow(url, 'a9999')],
    ['near', 'm8', 'm9999'],
  )
})
