// A key may be in one place, the header to its provider. Everything else that the two programs say is searched for it.

import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { newHome } from '../fixtures/daemon.ts'
import { ask } from '../fixtures/gateway.ts'
import { upstream } from '../fixtures/upstream.ts'

const mark = 'sk-SECRET-4711'
const keys = {
  environment: `${mark}-environment`,
  file: `${mark}-file`,
  store: `${mark}-store`,
  command: `${mark}-command`,
  client: `${mark}-client`,
}

t.test('a key is in no log, no answer, no output and no list of processes', async t => {
  const up = await upstream(t, exchange =>
    exchange.sent.model === 'bad'
      ? exchange.json({ error: { message: 'no' } }, 401)
      : exchange.json({ ok: true }),
  )
  const files = t.testdir({ file: `${keys.file}\n`, command: `${keys.command}\n` })
  const provider = (name: string, credential: string): string =>
    `  ${name}: { api: openai, baseUrl: "${up.url}/v1", credential: "${credential}" }\n`
  const home = newHome(
    t,
    `log: { level: debug }\nproviders:\n${provider('environment', 'env:MY_SECRET')}${provider('file', `file:${join(files, 'file')}`)}${provider('store', 'store:mine')}${provider('command', `command:cat ${join(files, 'command')}`)}  gone: { api: openai, baseUrl: "http://127.0.0.1:1/v1", credential: env:MY_SECRET }\n`,
    { MY_SECRET: keys.environment },
  )
  const said: string[] = []
  const run = async (...argv: string[]): Promise<void> => {
    const { stdout, stderr } = await home.run(...argv)
    said.push(`$ ${argv.join(' ')}`, stdout, stderr)
  }
  const set = await home.begin(['credential', 'set', 'mine'], { input: keys.store }).ended
  t.equal(set.exit, 0)
  said.push(set.stdout, set.stderr)
  const url = await home.start()

  for (const name of ['environment', 'file', 'store', 'command'] as const) {
    for (const model of ['good', 'bad']) {
      const reply = await ask(
        `${url}/v1/chat/completions?key=${keys.client}`,
        'POST',
        {
          'content-type': 'application/json',
          authorization: `Bearer ${keys.client}`,
          cookie: keys.client,
        },
        { model: `${name}/${model}`, user: keys.client },
      )
      said.push(reply.text, JSON.stringify([...reply.headers]))
    }
    t.equal(up.requests.at(-1)!.header('authorization'), `Bearer ${keys[name]}`, name)
  }
  for (const { rawHeaders } of up.requests) t.notMatch(rawHeaders.join('\n'), keys.client)
  for (const [model, body] of [
    ['gone/m', '{"model":"gone/m"}'],
    ['nobody', '{"model":"nobody"}'],
    ['broken', `{"model":"${keys.client}`],
  ]) {
    const reply = await ask(
      `${url}/v1/chat/completions`,
      'POST',
      { 'content-type': 'application/json', authorization: `Bearer ${keys.client}` },
      body,
    )
    said.push(`${model}: ${reply.text}`)
  }

  for (const argv of [
    'status',
    'status --json',
    'provider list',
    'provider list --json',
    'credential list',
    'credential list --json',
    'config show',
    'config show --json',
    'config check',
    'alias add fast file/m',
    'alias list --json',
    'export',
    'test file/bad ping',
    'test gone/m ping',
    'reload',
    'restart',
    'credential remove mine',
  ]) {
    await run(...argv.split(' '))
  }
  writeFileSync(home.config, `${readFileSync(home.config, 'utf8')}oops: [\n`)
  await run('reload')
  await run('status')
  for (const pid of process.platform === 'linux' ? home.processes() : []) {
    said.push(readFileSync(`/proc/${pid}/cmdline`, 'utf8'))
  }
  await run('stop')
  for (const name of [
    'gateway.yaml',
    ...readdirSync(join(home.dir, 'log')).map(name => `log/${name}`),
  ]) {
    said.push(`${name}:`, readFileSync(join(home.dir, name), 'utf8'))
  }
  const everything = said.join('\n')
  t.match(everything, /POST \/v1\/chat\/completions .*target=file\/bad/, 'the log is among it')
  t.same(
    everything.split('\n').filter(line => line.includes(mark)),
    [],
  )
})
