import fc from 'fast-check'
import t from 'tap'
import { changesBetween, changeText } from '../../src/config/changes.ts'
import { parseConfig } from '../../src/config/load.ts'

const configOf = (value: unknown) => parseConfig(JSON.stringify(value), 'f').config

const saidOf = (before: unknown, after: unknown): string[] =>
  changesBetween(configOf(before), configOf(after)).map(changeText)

const base = {
  listen: '127.0.0.1:8080',
  defaultProvider: 'work',
  providers: {
    work: { api: 'openai', baseUrl: 'https://x.example/v1', headers: { 'x-key': 's3cret' } },
    local: { preset: 'ollama', aliases: { fast: 'qwen3' } },
  },
  aliases: {
    fast: 'gpt-3.5-turbo',
    'a-*': 'gpt-4',
    '*-b': 'gpt-5',
    think: { target: 'gpt-5', set: { effort: 'low' }, system: 'be brief' },
    split: {
      targets: [
        { model: 'gpt-4o', weight: 9 },
        { model: 'gpt-5', weight: 1 },
      ],
    },
  },
}
type Base = typeof base

/** What is changed, and the one line that says so. */
const cases: readonly (readonly [(config: Base) => void, string])[] = [
  [
    c => void Object.assign(c.aliases, { fast: 'gpt-4o-mini' }),
    'fast: gpt-3.5-turbo -> gpt-4o-mini',
  ],
  [
    c => void delete (c.aliases as Partial<Base['aliases']>).fast,
    'fast: removed, was gpt-3.5-turbo',
  ],
  [c => void Object.assign(c.aliases, { '"x/y"': 'gpt-4' }), '"x/y": added, gpt-4'],
  [
    c => {
      const { fast, ...rest } = c.aliases
      Object.assign(c, { aliases: { ...rest, quick: fast } })
    },
    'fast: renamed to quick',
  ],
  [
    c => void Object.assign(c.aliases.think.set, { effort: 'high' }),
    'think set effort: low -> high',
  ],
  [c => void Object.assign(c.aliases.think.set, { target: 1 }), 'think set target: added, 1'],
  [c => void Object.assign(c.aliases.think, { hidden: true }), 'think hidden: added, true'],
  [
    c => void Object.assign(c.aliases.think, { system: 'rhyme' }),
    'think system: be brief -> rhyme',
  ],
  [
    c => void Object.assign(c.aliases.split.targets[0]!, { weight: 5 }),
    'split: gpt-4o (9) or gpt-5 (1) -> gpt-4o (5) or gpt-5 (1)',
  ],
  [
    c => void Object.assign(c.aliases.split.targets[1]!, { remove: ['top_p'] }),
    'split target 2 remove: added, ["top_p"]',
  ],
  [
    c => {
      const { 'a-*': a, '*-b': b, ...rest } = c.aliases
      Object.assign(c, { aliases: { '*-b': b, 'a-*': a, ...rest } })
    },
    'aliases: in another order',
  ],
  [
    c => void Object.assign(c.providers.local.aliases, { fast: 'qwen2' }),
    'fast on local: qwen3 -> qwen2',
  ],
  [
    c => void Object.assign(c.providers.work, { baseUrl: 'https://y.example/v1' }),
    'provider work baseUrl: https://x.example/v1 -> https://y.example/v1',
  ],
  [
    c => void Object.assign(c.providers.work, { timeouts: { connect: '3s' } }),
    'provider work timeouts connect: 10s -> 3s',
  ],
  [
    c => void Object.assign(c.providers.work.headers, { 'x-key': 'other' }),
    'provider work headers x-key: changed',
  ],
  [
    c => void Object.assign(c.providers, { groq: {} }),
    'provider groq: added, https://api.groq.com/openai/v1',
  ],
  [
    c => {
      const { work, local } = c.providers
      Object.assign(c, { providers: { work, here: local } })
    },
    'provider local: renamed to here',
  ],
  [
    c => {
      const { work, local } = c.providers
      Object.assign(c, { providers: { local, work } })
    },
    'providers: in another order',
  ],
  [c => void Object.assign(c, { defaultProvider: 'local' }), 'defaultProvider: work -> local'],
  [c => void Object.assign(c, { listen: '[::1]:9' }), 'listen: 127.0.0.1:8080 -> [::1]:9'],
  [c => void Object.assign(c, { log: { level: 'debug' } }), 'log.level: info -> debug'],
]

const changed = (...changes: ((config: Base) => void)[]): Base => {
  const config = structuredClone(base)
  for (const change of changes) change(config)
  return config
}

t.test('each kind of change is named once, and nothing else', async t => {
  for (const [change, says] of cases) {
    const after = changed(change)
    t.same(saidOf(base, after), [says])
    t.equal(saidOf(after, base).length, 1, `back: ${says}`)
  }
})

t.test('a value of a header is in no change', async t => {
  const after = changed(c => void Object.assign(c.providers.work.headers, { 'x-key': 'other' }))
  t.notMatch(JSON.stringify(changesBetween(configOf(base), configOf(after))), /s3cret|other/)
})

t.test('a provider that comes brings its aliases', async t => {
  t.same(saidOf({}, { providers: { ollama: { aliases: { fast: 'qwen3' } } } }), [
    'provider ollama: added, http://127.0.0.1:11434/v1',
    'fast on ollama: added, qwen3',
  ])
})

t.test('several at once: each of them, and none between equal configs', async () => {
  // Each may be made on its own: none touches what another does.
  const apart = cases.filter(([, says]) => !/order|renamed|fast|local|work ->/.test(says))
  fc.assert(
    fc.property(fc.subarray(apart as (typeof cases)[number][]), some => {
      const after = changed(...some.map(([change]) => change))
      const said = saidOf(base, after)
      return (
        new Set(said).size === said.length &&
        said.length === some.length &&
        saidOf(after, structuredClone(after)).length === 0
      )
    }),
  )
})
