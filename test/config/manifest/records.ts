import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import t from 'tap'
import { parseConfig } from '../../../src/config/load.ts'
import { type Backend, decodeManifest } from '../../../src/config/manifest/decode.ts'
import { planApply } from '../../../src/config/manifest/plan.ts'
import { applyEntries, deleteEntries } from '../../../src/config/manifest/records.ts'
import { setValue } from '../../../src/config/splice.ts'

const id = 'ns/openai'

function backend(spec: unknown, name = 'openai', namespace = 'ns'): Backend {
  const { made } = decodeManifest({
    apiVersion: 'agentgateway.dev/v1alpha1',
    kind: 'AgentgatewayBackend',
    metadata: { name, namespace },
    spec,
  })
  return made[0] as Backend
}

const aliases = (modelAliases: Record<string, string>) => ({
  ai: { provider: { openai: {} } },
  policies: { auth: { secretRef: { name: 'key' } }, ai: { modelAliases } },
})
const guide = backend(aliases({ fast: 'gpt-3.5-turbo', smart: 'gpt-4-turbo' }))
const group = backend({
  ai: {
    groups: [
      { providers: [{ name: 'a', openai: { model: 'gpt-4o' } }] },
      {
        providers: [
          { name: 'b', anthropic: {}, policies: { ai: { modelAliases: { fast: 'claude' } } } },
        ],
      },
    ],
  },
})
const texts = {
  'a first config': readFileSync('config/default.yaml', 'utf8'),
  nothing: '',
  'comments alone': '# mine\n',
  'no final newline': 'aliases:\n  a: gpt-4o # why',
  'empty mappings': 'providers: {} # none yet\naliases: {}\n',
  'flow style': '{aliases: {a: gpt-4o}, providers: {}}\n',
  'comments between': `# top
aliases: # names

  a: openai/gpt-4o   # first

  # between
  b: "a"
  # below
# above providers
providers:
    anthropic:
        credential: env:A   # aligned
    # last word

log: { level: debug }
# the end
`,
  'windows lines': 'aliases:\r\n  a: gpt-4o\r\n\r\nproviders:\r\n  anthropic: {}\r\n',
  'a provider of this name': 'providers:\n  openai: {}\n  # other\n',
  'a provider of this name that says more':
    'providers:\n  openai:\n    timeouts: { connect: 1s } # slow\n',
}

t.test('delete leaves the text as it was before apply', async t => {
  for (const [name, text] of Object.entries(texts))
    for (const one of [guide, group]) {
      const applied = planApply(text, 'f', [one], false)
      parseConfig(applied.text, name)
      const again = planApply(applied.text, 'f', [one], false)
      t.equal(again.text, applied.text)
      t.same([...applied.results, ...again.results], ['created', 'unchanged'])
      t.equal(deleteEntries(applied.text, id).text, text, name)
    }
})

t.test('so it does where two manifests share the file, in either order', async t => {
  const other = backend(
    {
      ai: { provider: { anthropic: {} } },
      policies: { ai: { modelAliases: { fast: 'claude', deep: 'opus' } } },
    },
    'claude',
  )
  for (const [name, text] of Object.entries(texts)) {
    const both = planApply(text, 'f', [guide, other], false).text
    t.equal(deleteEntries(deleteEntries(both, id).text, 'ns/claude').text, text, name)
    t.equal(deleteEntries(deleteEntries(both, 'ns/claude').text, id).text, text, name)
  }
})

t.test('the second manifest with a name keeps it for its own provider', async t => {
  const other = backend(
    { ai: { provider: { anthropic: {} } }, policies: { ai: { modelAliases: { fast: 'claude' } } } },
    'claude',
  )
  const { text, notes } = planApply('', 'gateway.yaml', [guide, other], false)
  const { config } = parseConfig(text, 'f')
  t.equal(config.aliases.get('fast')?.targets[0]?.model, 'openai/gpt-3.5-turbo')
  t.equal(config.providers.get('claude')?.aliases.get('fast')?.targets[0]?.model, 'claude')
  t.match(notes, [
    {
      path: 'aliases.fast',
      message:
        'is openai/gpt-3.5-turbo already, by ns/openai, and stays so; requests to claude find claude/claude',
    },
  ])
  // With the first gone, the next apply gives it the name.
  const alone = planApply(deleteEntries(text, id).text, 'f', [other], false)
  t.equal(
    parseConfig(alone.text, 'f').config.aliases.get('fast')?.targets[0]?.model,
    'claude/claude',
  )
  t.same(alone.results, ['configured'])
  t.equal(deleteEntries(alone.text, 'ns/claude').text, '')
})

t.test('what was changed by hand stays, and is named', async t => {
  const { text } = planApply(texts['a first config'], 'f', [guide], false)
  const changed = setValue(
    setValue(text, ['aliases', 'fast'], 'openai/gpt-4o'),
    ['aliases', 'mine'],
    'openai/o3',
  )
  const again = planApply(changed, 'gateway.yaml', [guide], false)
  t.same(again.results, ['unchanged'])
  t.match(again.notes, [
    {
      path: 'aliases.fast',
      message:
        'stays openai/gpt-4o, as it was changed by hand; the manifest has openai/gpt-3.5-turbo',
    },
  ])
  const { text: left, left: named } = deleteEntries(again.text, id)
  const { config } = parseConfig(left, 'f')
  t.same([...config.aliases.keys()], ['fast', 'mine'])
  t.same([...config.providers.keys()], [])
  t.same(named, [{ path: ['aliases', 'fast'], because: 'it was changed by hand' }])
  t.notMatch(left, 'manifests')
  const forced = planApply(changed, 'f', [guide], true)
  t.equal(
    parseConfig(forced.text, 'f').config.aliases.get('fast')?.targets[0]?.model,
    'openai/gpt-3.5-turbo',
  )
})

t.test('a provider that was built on stays whole', async t => {
  const { text } = planApply(
    '',
    'f',
    [
      backend(
        {
          ai: { provider: { custom: { formats: [{ type: 'Completions' }] }, host: 'h', port: 81 } },
        },
        'own',
      ),
    ],
    false,
  )
  for (const [path, value, because] of [
    [['timeouts'], { connect: '1s' }, 'timeouts was added by hand'],
    [['baseUrl'], 'http://other/v1', 'baseUrl was changed by hand'],
    [['aliases', 'x'], 'y', 'its alias x is made by hand'],
  ] as const) {
    const { text: left, left: named } = deleteEntries(
      setValue(text, ['providers', 'own', ...path], value),
      'ns/own',
    )
    t.ok(parseConfig(left, 'f').config.providers.get('own')?.baseUrl)
    t.same(named, [{ path: ['providers', 'own'], because }])
  }
})

t.test('another version of a manifest takes back what it has no more', async t => {
  const { text } = planApply('', 'f', [group], false)
  const { text: next, results } = planApply(text, 'f', [guide], false)
  t.same(results, ['configured'])
  const { config } = parseConfig(next, 'f')
  t.same([...config.providers.keys()], ['openai'])
  t.same([...config.aliases.keys()].sort(), ['fast', 'smart'])
  t.equal(deleteEntries(next, id).text, '')
})

t.test('names are unique, and a provider made by hand is not taken over', async t => {
  const { text } = planApply('', 'f', [guide], false)
  const elsewhere = backend(aliases({}), 'openai', 'prod')
  t.throws(() => planApply(text, 'f', [elsewhere], false), {
    code: 'manifest_conflict',
    message: /applied in the namespace ns/,
  })
  const mine = 'providers:\n  openai: { credential: env:MINE }\n'
  t.throws(() => planApply(mine, 'f', [guide], false), {
    code: 'manifest_conflict',
    message: /declares the provider openai by hand, with another credential than store:key/,
  })
  t.match(planApply(mine, 'f', [guide], true).text, 'store:key')
  t.throws(
    () =>
      planApply(
        planApply('', 'f', [group], false).text,
        'f',
        [backend(aliases({}), 'openai-a')],
        false,
      ),
    {
      message: /its provider openai-a was made by ns\/openai/,
    },
  )
})

t.test('whatever the entries and the text, delete undoes apply', async () => {
  const key = fc.constantFrom('a', 'b', 'c.d', 'x/y', '~', '*')
  const value = fc.oneof(
    fc.constantFrom('m', 'n'),
    fc.record({ target: fc.constant('m'), set: fc.dictionary(key, fc.integer()) }),
  )
  // No two manifests have a provider in common: apply sees to it.
  const entriesOf = (mark: string) => {
    const name = key.map(text => mark + text)
    const path = fc.oneof(
      fc.tuple(fc.constant('aliases'), key).map(keys => keys as string[]),
      fc
        .tuple(fc.constant('providers'), name, fc.constantFrom('preset', 'api'))
        .map(keys => keys as string[]),
      fc
        .tuple(fc.constant('providers'), name, fc.constant('aliases'), key)
        .map(keys => keys as string[]),
    )
    return fc.uniqueArray(fc.record({ path, value }), {
      selector: ({ path }) => path.join(' '),
      maxLength: 6,
    })
  }
  const cases = [entriesOf('p'), entriesOf('q'), entriesOf('p')] as const
  fc.assert(
    fc.property(fc.constantFrom(...Object.values(texts)), ...cases, (text, one, two, next) => {
      const both = applyEntries(applyEntries(text, 'n/one', one).text, 'n/two', two).text
      const changed = applyEntries(both, 'n/one', next).text
      const without = deleteEntries(deleteEntries(changed, 'n/one').text, 'n/two').text
      if (without !== text)
        throw new Error(`${JSON.stringify(without)} is not ${JSON.stringify(text)}`)
    }),
    { numRuns: 150 },
  )
})
