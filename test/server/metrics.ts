import t from 'tap'
import { configFor, gateway, postBytes, raw } from '../fixtures/gateway.ts'
import { upstream } from '../fixtures/upstream.ts'

const env = { UP_KEY: 'k' }
const usage = { prompt_tokens: 10, completion_tokens: 5 }
const hello = (model: string, more = {}) => ({ model, messages: [], ...more })

/** The lines of one metric, without its name. */
const linesOf = (page: string, name: string): string[] =>
  page.split('\n').flatMap(line => (line.startsWith(name) ? [line.slice(name.length)] : []))

t.test('one request is counted under what it asked for and what answered', async t => {
  const up = await upstream(t, exchange => exchange.json({ model: 'gpt-x-0125', usage }))
  const gw = await gateway(t, configFor(up.url, 'aliases: { fast: up/gpt-x }'), env)
  await gw.post('/v1/chat/completions', hello('fast'))
  await gw.idle()
  const { text, headers } = await gw.get('/metrics')
  t.match(headers.get('content-type'), /^text\/plain; version=0\.0\.4/)
  const labels =
    'gen_ai_operation_name="chat",gen_ai_provider_name="up",gen_ai_request_model="gpt-x",gen_ai_response_model="gpt-x-0125",alias="fast"'
  t.same(linesOf(text, 'gen_ai_server_request_duration_count'), [`{${labels}} 1`])
  t.same(linesOf(text, 'gen_ai_client_token_usage_sum'), [
    `{${labels},gen_ai_token_type="input"} 10`,
    `{${labels},gen_ai_token_type="output"} 5`,
  ])
  t.match(
    linesOf(text, 'gen_ai_client_token_usage_bucket')[2],
    /le="16",.*input"\} 1$|input",le="16"\} 1$/,
  )
  t.same(linesOf(text, 'gen_ai_server_time_to_first_token_count'), [], 'only of streams')
  t.same(linesOf(text, 'gateway_attempts_total'), ['{gen_ai_provider_name="up"} 1'])
  t.same(linesOf(text, 'gateway_overhead_seconds_count'), [' 1'])
})

t.test('a stream has a first token', async t => {
  const up = await upstream(t, async exchange => {
    const stream = exchange.sse()
    await stream.data({ model: 'm', choices: [] })
    await stream.data({ model: 'm', choices: [], usage })
    await stream.write('data: [DONE]\n\n')
    stream.end()
  })
  const gw = await gateway(t, configFor(up.url, 'aliases: { fast: up/gpt-x }'), env)
  await gw.post('/v1/chat/completions', hello('fast', { stream: true }))
  await gw.idle()
  const { text } = await gw.get('/metrics')
  t.equal(linesOf(text, 'gen_ai_server_time_to_first_token_count').length, 1)
})

t.test('names that a client makes up do not become labels', async t => {
  const known = new Set(['gpt-x'])
  const up = await upstream(t, exchange =>
    known.has(JSON.parse(exchange.body.toString()).model)
      ? exchange.json({ model: 'gpt-x', usage })
      : exchange.json({ error: { message: 'no such model' } }, 404),
  )
  const gw = await gateway(
    t,
    configFor(up.url, 'defaultProvider: up\naliases: { "p-*": "up/*" }'),
    env,
  )
  for (let i = 0; i < 20; i++) {
    await gw.post('/v1/chat/completions', hello(`made-up-${i}`))
    await gw.post('/v1/chat/completions', hello(`p-made-up-${i}`))
    await gw.post(`/made-up-${i}/v1/chat/completions`, hello('x'))
  }
  await gw.post('/v1/chat/completions', hello('gpt-x'))
  await gw.idle()
  const { text } = await gw.get('/metrics')
  t.notMatch(text, 'made-up')
  t.same(
    linesOf(text, 'gen_ai_server_request_duration_count').map(line => line.split(' ').at(-1)),
    ['20', '20', '1'],
  )
  t.match(text, 'gen_ai_request_model="gpt-x"', 'the provider answered to this one')
  t.match(text, 'alias="p-*"', 'an alias is called as the config calls it')
})

t.test('an upstream that answers to every name fills no memory', async t => {
  const up = await upstream(t, exchange => {
    const { model } = JSON.parse(exchange.body.toString())
    exchange.json({ model, usage })
  })
  const gw = await gateway(t, configFor(up.url, 'defaultProvider: up'), env)
  for (let i = 0; i < 150; i++) await gw.post('/v1/chat/completions', hello(`made-up-${i}`))
  await gw.idle()
  const counts = linesOf((await gw.get('/metrics')).text, 'gen_ai_server_request_duration_count')
  t.equal(counts.length, 101)
  t.equal(
    counts.map(line => Number(line.split(' ').at(-1))).reduce((a, b) => a + b),
    150,
  )
})

t.test('a client that leaves, an error, and an upstream that fails are told apart', async t => {
  const up = await upstream(t, [
    exchange => exchange.json({ error: { message: 'slow down' } }, 429),
    () => {},
  ])
  const gw = await gateway(
    t,
    configFor(up.url, 'fallback: { attempts: 1 }\naliases: { fast: up/gpt-x }'),
    env,
  )
  await gw.post('/v1/chat/completions', hello('fast'))
  const leaving = raw(t, gw.port, postBytes('/v1/chat/completions', hello('fast')))
  await up.next()
  await up.next()
  leaving.socket.destroy()
  await gw.post('/v1/chat/completions', '{')
  await gw.idle()
  const { text } = await gw.get('/metrics')
  t.same(
    linesOf(text, 'gen_ai_server_request_duration_count').map(
      line => /error_type="(\w+)"/.exec(line)?.[1],
    ),
    ['429', 'cancelled'],
  )
  t.same(linesOf(text, 'gateway_errors_total'), [
    '{error_type="429"} 1',
    '{error_type="body_invalid"} 1',
  ])
})

t.test('/metrics is guarded, and there only where all clients are on this machine', async t => {
  const gw = await gateway(t, 'metrics: { clientPort: false }')
  t.equal((await gw.get('/metrics')).status, 404)
  await gw.use('')
  t.equal((await gw.get('/metrics')).status, 200)
  t.equal((await gw.get('/metrics', { host: 'evil.example' })).status, 403)
  t.equal((await gw.get('/metrics', { origin: 'http://evil.example' })).status, 403)
  t.equal((await gw.post('/metrics', {})).status, 405)
  await gw.use('listen: 0.0.0.0:8080')
  t.equal((await gw.get('/metrics')).status, 404)
  await gw.use('listen: 0.0.0.0:8080\nmetrics: { clientPort: true }')
  t.equal((await gw.get('/metrics')).status, 200)
})
