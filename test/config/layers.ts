import t from 'tap'
import { layConfig, type Temporary } from '../../src/config/layers.ts'
import { parseConfig } from '../../src/config/load.ts'
import { readAlias } from '../../src/config/read-alias.ts'

const temporary = (name: string, value: unknown, provider?: string): Temporary => ({
  name,
  provider,
  value,
  alias: readAlias(name, value),
  until: null,
})
const config = (yaml: string) => parseConfig(yaml, 'gateway.yaml').config

const yaml = `aliases: { fast: gpt-4, smart: gpt-5 }
providers: { local: { preset: ollama } }
profiles:
  offline: { fast: local/qwen3, smart: ~ }
  none:
`

t.test('temporary aliases lie over the profile, and that over the file', async t => {
  const none = layConfig(config(yaml), { profile: undefined, temporary: [] })
  t.match([...none.config.aliases.values()], [{ name: 'fast' }, { name: 'smart' }])
  t.equal(none.profile, undefined)
  const both = layConfig(config(yaml), {
    profile: 'offline',
    temporary: [temporary('smart', 'local/phi4'), temporary('quick', 'qwen3', 'local')],
  })
  t.match(Object.fromEntries(both.config.aliases), {
    fast: { targets: [{ model: 'local/qwen3' }], layer: { kind: 'profile', profile: 'offline' } },
    smart: { targets: [{ model: 'local/phi4' }], disabled: false, layer: { kind: 'temporary' } },
  })
  t.ok(both.config.providers.get('local')!.aliases.has('quick'))
  t.same(both.profile, { name: 'offline', missing: false })
  t.throws(() => (both.config.aliases as Map<string, unknown>).delete('fast'), TypeError)
})

t.test('a profile that is not there changes nothing, and is said to be missing', async t => {
  const plain = config(yaml)
  const { config: laid, profile } = layConfig(plain, { profile: 'gone', temporary: [] })
  t.equal(laid, plain)
  t.same(profile, { name: 'gone', missing: true })
})

t.test('a temporary alias that makes a fault is left out, alone, and says why', async t => {
  const all = [
    temporary('a', 'local/x'),
    temporary('b', 'smart'),
    temporary('c', 'a'),
    temporary('d', 'quick', 'other'),
  ]
  const layers = { profile: undefined, temporary: all }
  t.equal(layConfig(config(yaml), layers).broken.size, 0)
  // The provider is gone, and what b leads to leads to b.
  const edited = config('aliases: { smart: b }\nproviders: { openai: {} }\n')
  const { config: laid, broken } = layConfig(edited, layers)
  t.same(
    [...broken].map(([{ name }, why]) => `${name}: ${why}`),
    [
      'a: no provider is named "local" (if it is a model\'s name, put its provider before it: PROVIDER/local/x)',
      'b: a cycle: b -> smart -> b (name the provider in the last target, as in openai/gpt-4o)',
    ],
  )
  t.same([...laid.aliases.keys()], ['c', 'smart'])
})

t.test('what is no alias is refused with all that is wrong with it', async t => {
  const refused = (value: unknown, ...problems: string[]) =>
    t.throws(() => readAlias('fast', value), { code: 'alias_refused', facts: { problems } })
  refused({ targt: 'x' }, 'unknown key "targt" (did you mean "target"?)')
  refused({}, 'found neither target nor targets (write target: openai/gpt-4o-mini)')
  t.throws(() => readAlias('fast', null), { code: 'alias_refused' })
  t.throws(() => readAlias('fast', 3), { code: 'alias_refused' })
  t.throws(() => readAlias('fast', ['a']), { code: 'alias_refused' })
  t.match(readAlias('fast', { targets: ['a', 'b'], hidden: true }), { name: 'fast', hidden: true })
})

t.test('an error that a profile makes is not hidden by a warning at the same place', async t => {
  const chain = [2, 3, 4, 5, 6, 7].map(n => `a${n}: a${n + 1}`).join(', ')
  // A1 differs from a1 only by case; with the profile, its chain is too long.
  const text = `aliases: { a1: gpt-4, A1: a2, ${chain}, a8: gpt-4 }
profiles: { long: { a8: a9, a9: gpt-4 } }
`
  t.throws(() => parseConfig(text, 'f'), {
    code: 'config_invalid',
    message: /aliases\.A1: with the profile "long": leads through more than 8 aliases/,
  })
  t.match(parseConfig(text.replace(/profiles.*/, ''), 'f').warnings, [{ path: 'aliases.A1' }])
})

t.test(
  'what is wrong with an alias that a profile switches off is said once, of the file',
  async t => {
    const text = 'aliases: { a: nobody-knows }\nprofiles: { p: { a: ~, b: ~ } }\n'
    t.match(parseConfig(text, 'f').warnings, [
      { path: 'aliases.a' },
      { path: 'profiles.p.b', message: 'there is no alias "b" to switch off' },
    ])
    t.equal(parseConfig(text, 'f').warnings.length, 2)
  },
)
