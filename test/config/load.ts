import { createHash } from 'node:crypto'
import { chmodSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { loadConfig, parseConfig } from '../../src/config/load.ts'
import { formatProblem, GatewayError, type Problem } from '../../src/errors.ts'

const fixtures = (kind: string) =>
  readdirSync(`test/fixtures/config/${kind}`).map(name => ({
    name,
    text: readFileSync(`test/fixtures/config/${kind}/${name}`, 'utf8'),
  }))

function problems(text: string, file = 'gateway.yaml'): readonly Problem[] {
  try {
    return parseConfig(text, file).warnings
  } catch (error) {
    if (error instanceof GatewayError && error.code === 'config_invalid')
      return error.facts['problems'] as Problem[]
    throw error
  }
}

t.test('a missing file means defaults', async t => {
  const file = join(t.testdir({}), 'gateway.yaml')
  const loaded = await loadConfig(file)
  t.match(loaded, { exists: false, text: '', file, warnings: [] })
  const { config } = loaded
  t.match(config, {
    listen: { host: '127.0.0.1', port: 8080 },
    defaultProvider: undefined,
    respondAs: 'upstream',
    fallback: {
      on: ['connect', 'timeout', 'broken', 'empty', 'error', '408', '409', '429', '5xx'],
      attempts: 2,
      budget: 30_000,
    },
    keepAlive: 15_000,
    usage: 'pass',
    limits: { body: 67_108_864 },
    log: { level: 'info', format: 'text', size: 10_485_760, files: 3 },
    workers: 1,
    metrics: { clientPort: undefined, listen: undefined },
    drain: 30_000,
  })
  t.same([...config.providers], [])
  t.equal(config.undeclared.get('openai')?.baseUrl, 'https://api.openai.com/v1')
  t.same(config.undeclared.get('openai')?.timeouts, {
    connect: 10_000,
    firstByte: 600_000,
    idle: 300_000,
    total: 0,
  })
})

t.test('a file is read as it is, and its hash is that of its bytes', async t => {
  const text = '\ufefflisten: 1\r\n'
  const file = join(t.testdir({ 'gateway.yaml': text }), 'gateway.yaml')
  const loaded = await loadConfig(file)
  t.equal(loaded.text, text)
  t.equal(loaded.exists, true)
  t.equal(loaded.hash, createHash('sha256').update(readFileSync(file)).digest('hex'))
  t.match(loaded.config.listen, { port: 1 })
})

t.test('what cannot be read is an error that says why', async t => {
  const dir = t.testdir({
    folder: {},
    latin: Buffer.from('listen: 1 # \xe9\n', 'latin1'),
    huge: Buffer.alloc(16 * 1024 ** 2 + 1, '#'),
    secret: 'listen: 1\n',
    dangling: t.fixture('symlink', 'nowhere'),
    round: t.fixture('symlink', 'round'),
  })
  const unreadable = (name: string, reason: RegExp) =>
    t.rejects(loadConfig(join(dir, name)), { code: 'config_unreadable', message: reason }, name)
  await unreadable('folder', /it is a folder/)
  await unreadable('latin', /not UTF-8/)
  await unreadable('huge', /larger than 16 MiB/)
  await unreadable('dangling', /a link to a file that does not exist/)
  await unreadable('round', /circle/)
  await unreadable('secret/below', /no folder/)
  if (process.getuid?.() !== 0) {
    chmodSync(join(dir, 'secret'), 0)
    await unreadable('secret', /permission denied/)
  }
})

t.test('fixtures that are good', async t => {
  for (const { name, text } of fixtures('good')) t.same(problems(text).map(formatProblem), [], name)
})

t.test('fixtures that are not: every problem at once, in the order of the file', async t => {
  for (const { name, text } of fixtures('bad')) {
    const found = problems(text, name)
    t.ok(
      found.some(({ severity }) => severity === 'error'),
      `${name} is refused`,
    )
    t.matchSnapshot(found.map(formatProblem).join('\n'), name)
    const places = found.map(({ line, column }) => line! * 1000 + column!)
    t.same(
      places,
      places.toSorted((a, b) => a - b),
      `${name} is sorted`,
    )
    t.notMatch(JSON.stringify(found), 'not-a-real-key', `${name} shows no secret`)
  }
})

t.test('examples', async t => {
  for (const name of readdirSync('config/examples')) {
    const { warnings, config } = await loadConfig(join('config/examples', name))
    t.same(warnings.map(formatProblem), [], name)
    t.ok(config.aliases.size, name)
  }
})

t.test('the first config is valid, and so are the examples in its comments', async t => {
  const text = readFileSync('config/default.yaml', 'utf8')
  const plain = parseConfig(text, 'default.yaml')
  t.same([...plain.config.providers.keys(), ...plain.config.aliases.keys()], [])
  // A comment that begins with a key is an example.
  const example = text.replaceAll(/^( *)# ( *[a-zA-Z]+:)/gm, '$1$2')
  const { config, warnings } = parseConfig(example, 'default.yaml')
  t.same(warnings.map(formatProblem), [])
  t.same([...config.aliases.keys()], ['fast', 'smart', 'think', 'chat'])
  t.same([...config.providers.keys()], ['anthropic', 'work'])
  t.equal(config.defaultProvider, 'openai')
})

t.test('a provider takes from its preset what it does not say', async t => {
  const { config } = parseConfig(
    `providers:
  openai: { timeouts: { idle: 0 } }
  mine: { preset: ollama, baseUrl: "http://10.0.0.5:11434/v1/", models: [a] }
  azure: {}
  blue: { preset: azure }
  sky: { preset: azure, baseUrl: "https://x.openai.azure.com/openai/v1" }
  demo:
  work: { api: openai, baseUrl: https://w.example.com/v1, headers: { X-Team: search } }
`,
    'gateway.yaml',
  )
  const get = (name: string) => config.providers.get(name)
  t.match(get('openai'), {
    preset: 'openai',
    credential: 'env:OPENAI_API_KEY',
    credentialDeclared: false,
    timeouts: { connect: 10_000, idle: 0 },
  })
  t.match(get('mine'), { baseUrl: 'http://10.0.0.5:11434/v1', credential: 'none', claims: [] })
  t.match(get('azure'), { baseUrl: undefined, unavailable: /providers\.azure\.baseUrl/ })
  t.match(get('blue'), { unavailable: /providers\.blue\.baseUrl/, credentialHeader: 'api-key' })
  t.match(get('sky'), { unavailable: undefined })
  t.match(get('demo'), { builtIn: true, baseUrl: undefined, unavailable: undefined })
  t.match(get('work'), { preset: undefined, credential: 'none', headers: { 'x-team': 'search' } })
  t.equal(config.undeclared.has('openai'), false)
  t.equal(config.undeclared.has('anthropic'), true)
})

t.test('an alias in every form', async t => {
  const { config } = parseConfig(
    `aliases:
  a: openai/x
  b: { target: openai/x, set: { t: 1 }, remove: [u], system: hi, prompt: { prepend: [{ role: user, content: p }], append: [{ role: assistant, content: a }] }, hidden: true, disabled: true, respondAs: alias, sticky: false, description: d }
  c: { targets: [openai/x, { model: openai/y, weight: 2, default: { v: 3 } }], fallback: { on: [429, 5xx], budget: 1m }, timeouts: { total: 2m } }
`,
    'gateway.yaml',
  )
  const none = { set: {}, default: {}, remove: [], prompt: { prepend: [], append: [] } }
  t.same(config.aliases.get('a'), {
    name: 'a',
    targets: [{ model: 'openai/x', weight: undefined, params: none }],
    sticky: true,
    params: none,
    hidden: false,
    disabled: false,
    respondAs: undefined,
    fallback: {},
    timeouts: {},
    description: undefined,
  })
  t.match(config.aliases.get('b'), {
    params: {
      set: { t: 1 },
      remove: ['u'],
      prompt: {
        prepend: [
          { role: 'system', content: 'hi' },
          { role: 'user', content: 'p' },
        ],
        append: [{ role: 'assistant', content: 'a' }],
      },
    },
    hidden: true,
    disabled: true,
    respondAs: 'alias',
    sticky: false,
    description: 'd',
  })
  t.same(config.aliases.get('c')?.fallback, { on: ['429', '5xx'], budget: 60_000 })
  t.same(config.aliases.get('c')?.timeouts, { total: 120_000 })
  t.match(config.aliases.get('c')?.targets, [
    { model: 'openai/x' },
    { model: 'openai/y', weight: 2, params: { default: { v: 3 } } },
  ])
})

t.test('a config is frozen to its leaves', async t => {
  const { config } = parseConfig(
    'aliases: { a: { target: openai/x, set: { b: { c: [1] } } } }',
    'f',
  )
  const open = (value: unknown, path = 'config'): string[] =>
    typeof value !== 'object' || value === null
      ? []
      : [
          ...(Object.isFrozen(value) ? [] : [path]),
          ...Object.entries(value instanceof Map ? Object.fromEntries(value) : value).flatMap(
            ([key, child]) => open(child, `${path}.${key}`),
          ),
        ]
  t.same(open(config), [])
  t.throws(() => (config.aliases as Map<string, unknown>).set('x', 1), /cannot be changed/)
})

t.test('the problem with a key in the file names the command that mends it', async t => {
  const [problem] = problems('providers: { openai: { credential: sk-not-a-real-key } }')
  t.match(problem, { line: 1, column: 36, path: 'providers.openai.credential' })
  t.match(problem?.hint, /gateway credential set openai/)
})

t.test('10,000 aliases load in a moment', async t => {
  const text = `aliases:\n${Array.from({ length: 10_000 }, (_, i) => `  name-${i}: openai/model-${i}\n`).join('')}`
  const start = performance.now()
  t.equal(parseConfig(text, 'f').config.aliases.size, 10_000)
  t.ok(performance.now() - start < 2_000, `${Math.round(performance.now() - start)} ms`)
})

t.test('facts of models are as the file writes them', async t => {
  const text =
    'models:\n  my-*: { maxOutput: 9000, efforts: [low, high], budget: [1, 2], stop: false }\n  x:\n'
  const { models } = parseConfig(text, 'file').config
  t.same(
    [...models],
    [
      ['my-*', { maxOutput: 9000, efforts: ['low', 'high'], budget: [1, 2], stop: false }],
      ['x', {}],
    ],
  )
  const wrong = ['sampling: never', 'efforts: [none]', 'budget: [1]', 'maxOutput: 0', 'fast: true']
  for (const fact of wrong)
    t.throws(
      () => parseConfig(`models: { m: { ${fact} } }`, 'file'),
      { code: 'config_invalid' },
      fact,
    )
})

t.test('a time that is longer than a timer can wait is the longest one, not none', async t => {
  const text =
    'drain: 10000h\nlimits: { wait: 720h }\nproviders: { openai: { timeouts: { total: 720h, idle: 9h } } }'
  const { config } = parseConfig(text, 'file')
  const timers = [config.drain, config.limits.wait, config.providers.get('openai')!.timeouts.total]
  for (const ms of timers) t.ok(ms > 86_400_000 && ms < 2 ** 31, `${ms}`)
  t.equal(config.providers.get('openai')!.timeouts.idle, 9 * 3_600_000)
})
