// What a stranger does first, in an empty home.

import { writeFileSync } from 'node:fs'
import t from 'tap'
import { newHome, posix, takePort } from '../fixtures/daemon.ts'
import { ask } from '../fixtures/gateway.ts'
import { chatCompletion, upstream } from '../fixtures/upstream.ts'

const json = { 'content-type': 'application/json' }
const chat = (url: string, model: string, headers: Record<string, string> = {}) =>
  ask(
    `${url}/v1/chat/completions`,
    'POST',
    { ...json, ...headers },
    { model, messages: [{ role: 'user', content: 'Hello' }] },
  )

t.test('the three lines, with the demo provider', async t => {
  const home = newHome(t)
  const added = await home.run('alias', 'add', 'fast', 'gpt-3.5-turbo')
  t.equal(added.exit, 0, added.stderr)
  t.match(added.stderr, 'gateway: the daemon is not running: gateway start')
  const url = await home.start('--demo')
  const answer = await chat(url, 'fast')
  t.equal(answer.status, 200)
  t.equal(answer.json.model, 'gpt-3.5-turbo-0125')
  t.equal(answer.json.choices[0].message.role, 'assistant')
  t.ok(answer.json.usage.total_tokens > 0)
  t.equal(answer.headers.get('x-gateway-alias'), 'fast')
  t.equal(answer.headers.get('x-gateway-target'), 'openai/gpt-3.5-turbo')

  const smart = await home.run('alias', 'add', 'smart', 'gpt-4-turbo')
  t.match(smart.stderr, 'live as generation 2')
  t.equal((await chat(url, 'smart')).json.model, 'gpt-4-turbo-2024-04-09')
  const again = await home.run('alias', 'add', 'smart', 'gpt-4o')
  t.match(again, { exit: 1, stderr: 'alias "smart" exists: gpt-4-turbo' })
  t.match(again.stderr, 'hint: to replace it with gpt-4o, add --force')

  t.match((await home.run('alias', 'remove', 'fast')).stderr, 'live as generation 3')
  t.match((await chat(url, 'fast')).json.error, { code: 'model_not_found', source: 'gateway' })
  t.same(
    JSON.parse((await home.run('alias', 'list', '--json')).stdout).map(
      ({ name }: { name: string }) => name,
    ),
    ['smart'],
  )
})

t.test('without a key: a 401 that names the variable and the command that mends it', async t => {
  const up = await upstream(t, exchange => exchange.json(chatCompletion('hi')))
  const home = newHome(t, `providers: { openai: { baseUrl: "${up.url}/v1" } }\n`)
  await home.run('alias', 'add', 'fast', 'gpt-3.5-turbo')
  const url = await home.start()
  const refused = await chat(url, 'fast', { authorization: 'Bearer sk-client' })
  t.equal(refused.status, 401)
  t.match(refused.json.error, { code: 'credential_missing', source: 'gateway' })
  t.match(refused.json.error.message, /OPENAI_API_KEY is not set.*gateway credential set openai/)
  t.equal(up.requests.length, 0)

  await t.test('the command does mend it, while it runs', async t => {
    const set = home.begin(['credential', 'set', 'openai'], { input: 'sk-stored\n' })
    t.match(await set.ended, { exit: 0, stderr: 'live as generation 1' })
    t.equal((await chat(url, 'fast')).status, 200)
    t.equal(up.requests.at(-1)!.header('authorization'), 'Bearer sk-stored')
  })
})

t.test("with a key: it goes to the provider, and the client's own does not", async t => {
  const up = await upstream(t, exchange => exchange.json(chatCompletion('hi')))
  const home = newHome(
    t,
    `providers: { openai: { baseUrl: "${up.url}/v1" } }\naliases: { fast: gpt-3.5-turbo }\n`,
    { OPENAI_API_KEY: 'sk-mine' },
  )
  const url = await home.start()
  const clients = {
    authorization: 'Bearer sk-client',
    'x-api-key': 'sk-client',
    'api-key': 'sk-client',
    'x-goog-api-key': 'sk-client',
    'proxy-authorization': 'Basic sk-client',
    cookie: 'session=sk-client',
  }
  t.equal((await chat(url, 'fast', clients)).status, 200)
  const [sent] = up.requests
  t.equal(sent!.header('authorization'), 'Bearer sk-mine')
  t.equal(sent!.sent.model, 'gpt-3.5-turbo')
  t.notMatch(sent!.rawHeaders.join('\n'), 'sk-client')

  await t.test('another key in the shell: restart takes it', async t => {
    const restarted = home.begin(['restart'], { env: { OPENAI_API_KEY: 'sk-new' } })
    const { exit, stdout, stderr } = await restarted.ended
    t.equal(exit, 0, stderr)
    await chat(stdout.trim(), 'fast')
    t.equal(up.requests.at(-1)!.header('authorization'), 'Bearer sk-new')
  })
})

t.test('gateway test', async t => {
  const home = newHome(t, 'aliases: { fast: gpt-3.5-turbo }\n')
  t.match(await home.run('test', 'fast', 'Hello'), { exit: 3, stderr: 'hint: gateway start' })
  await home.start('--demo')
  await t.test('the answer on stdout, one line of facts on stderr', async t => {
    const { exit, stdout, stderr } = await home.run('test', 'fast', 'Say this back')
    t.equal(exit, 0, stderr)
    t.equal(stdout, 'this back\n')
    t.match(
      stderr,
      /^gateway: fast -> openai\/gpt-3\.5-turbo \(gpt-3\.5-turbo-0125\), \d+ tokens in, \d+ out, first token .*, total .*\n$/,
    )
  })
  await t.test('the prompt from stdin, where that is a pipe', async t => {
    const { exit, stdout } = await home.begin(['test', 'fast'], { input: 'ping' }).ended
    t.same([exit, stdout], [0, 'pong\n'])
  })
  await t.test('Ctrl-C is a client that leaves', posix, async t => {
    const poem = home.begin(['test', 'fast', 'Compose a poem that explains recursion.'])
    await poem.says(/The Rest/)
    poem.child.kill('SIGINT')
    t.match(await poem.ended, { exit: 130, stderr: 'gateway: cancelled' })
    const { requests } = await home.until(({ requests }) => requests.inFlight === 0)
    t.match(requests, { cancelled: 1, failed: 0 })
  })
})

t.test('whoever reads the output may stop early', posix, async t => {
  const schema = newHome(t).begin(['config', 'schema'])
  schema.child.stdout!.destroy()
  t.equal((await schema.ended).stderr, '')
})

t.test('metrics: on the command line, on the socket, on an address of their own', async t => {
  const { port, free } = await takePort(t)
  await free()
  const home = newHome(t, `metrics: { listen: ${port} }\n`)
  await home.start('--demo')
  const { stdout } = await home.run('metrics')
  t.match(stdout, /^gateway_config_generation 1$/m)
  t.match(stdout, /^process_resident_memory_bytes \d+$/m)
  const data = JSON.parse((await home.run('metrics', '--json')).stdout)
  t.ok(data.some((family: { name: string }) => family.name === 'gateway_info'))
  const there = `http://127.0.0.1:${port}`
  t.match(await (await fetch(`${there}/metrics`)).text(), /^gateway_config_generation 1$/m)
  t.equal((await fetch(`${there}/v1/models`)).status, 404)
  t.equal(
    (await fetch(`${there}/metrics`, { headers: { origin: 'http://x.example' } })).status,
    403,
  )
  writeFileSync(home.config, '')
  const { restartNeeded } = await home.until(status => status.config.generation === 2)
  t.same(restartNeeded, ['metrics.listen'])
  await home.run('stop')
  t.equal((await home.run('metrics')).exit, 3)
})
