import fc from 'fast-check'
import t from 'tap'
import type { Alias, Layer } from '../../src/alias/alias.ts'
import { checkAliases } from '../../src/alias/check.ts'
import { explain } from '../../src/alias/explain.ts'
import { type Overlay, overlay, profileOverlay } from '../../src/alias/overlay.ts'
import { Resolver } from '../../src/alias/resolver.ts'
import { compileAliases } from '../../src/alias/table.ts'
import { naming, type Short } from '../fixtures/naming.ts'

const profile: Layer = { kind: 'profile', profile: 'p' }

/** Aliases in the short form, with null for what is switched off, as an overlay. */
const over = (short: Readonly<Record<string, Short | null>>, provider?: string): Overlay => {
  const given = Object.entries(short).filter((entry): entry is [string, Short] => entry[1] !== null)
  const { aliases } = naming({ aliases: Object.fromEntries(given) })
  return {
    provider,
    aliases: new Map(
      Object.keys(short).map(name => [name, { alias: aliases.get(name) ?? null, layer: profile }]),
    ),
  }
}

const name = fc.constantFrom('a', 'b', 'c', 'a*', '*b', 'gpt-4')
const target = fc.constantFrom('openai/gpt-5', 'anthropic/claude', 'demo/x', 'gpt-4o', 'claude-3')
const aliases = fc.dictionary(name, target)
const layer = fc.dictionary(name, fc.option(target, { nil: null }))
const asked = fc.constantFrom('a', 'b', 'c', 'ab', 'xb', 'gpt-4', 'zz')

/** Where a name leads, or the code of why nowhere. */
function meaning(resolver: Resolver, what: string): unknown {
  try {
    return resolver.resolve(what).targets.map(({ provider, model }) => `${provider}/${model}`)
  } catch (error) {
    return (error as { code: string }).code
  }
}

t.test('it means what a file with those aliases in place of the others means', async t => {
  fc.assert(
    fc.property(aliases, layer, asked, (below, above, what) => {
      const laid = overlay(naming({ aliases: below }), [over(above)])
      const written: Record<string, Short> = {}
      for (const [key, value] of Object.entries(above)) if (value !== null) written[key] = value
      for (const [key, value] of Object.entries(below)) {
        if (above[key] === undefined) written[key] = value
        if (above[key] === null) written[key] = { targets: [value], disabled: true }
      }
      const plain = naming({ aliases: written })
      t.strictSame(meaning(new Resolver(laid), what), meaning(new Resolver(plain), what))
      t.strictSame(checkAliases(laid), checkAliases(plain))
    }),
  )
})

t.test(
  'what is laid over says so, the rest is the same object, and what lies below stays',
  async t => {
    fc.assert(
      fc.property(aliases, layer, (below, above) => {
        const base = naming({ aliases: below })
        const before = new Map(base.aliases)
        const laid = overlay(base, [over(above)])
        for (const [key, alias] of laid.aliases) {
          if (Object.hasOwn(above, key)) t.equal(alias.layer, profile)
          else t.equal(alias, base.aliases.get(key))
          t.equal(alias.disabled, above[key] === null)
        }
        t.strictSame([...base.aliases], [...before])
      }),
    )
  },
)

t.test('two overlays, one after the other or at once', async t => {
  fc.assert(
    fc.property(aliases, layer, layer, (below, first, second) => {
      const base = naming({ aliases: below })
      const layers = [over(first), over(second)]
      const atOnce = overlay(base, layers)
      const after = overlay(overlay(base, layers.slice(0, 1)), layers.slice(1))
      t.strictSame([...atOnce.aliases], [...after.aliases])
    }),
  )
})

t.test("a provider's own, declared or not", async t => {
  const base = naming({
    providers: { local: { aliases: { fast: 'qwen', slow: 'llama' } } },
    aliases: { fast: 'local/fast' },
  })
  const laid = overlay(base, [
    over({ fast: 'phi', slow: null }, 'local'),
    over({ new: 'gpt-5' }, 'openai'),
    over({ x: 'y' }, 'nobody'),
  ])
  const resolver = new Resolver(laid)
  t.strictSame(meaning(resolver, 'fast'), ['local/phi'])
  t.strictSame(meaning(resolver, 'local/slow'), 'alias_disabled')
  t.strictSame(meaning(resolver, 'openai/new'), ['openai/gpt-5'])
  t.equal(base.providers.get('local')!.aliases.get('fast')!.targets[0]!.model, 'qwen')
  t.notOk(laid.providers.has('nobody') || laid.undeclared.has('nobody'))
})

t.test('of patterns that are equally specific, the one laid over wins', async t => {
  const base = naming({ aliases: { 'a*': 'openai/below' } })
  t.strictSame(meaning(new Resolver(overlay(base, [over({ '*a': 'openai/above' })])), 'aa'), [
    'openai/above',
  ])
})

t.test('a request for what a profile switched off says which one did', async t => {
  const base = naming({
    aliases: { fast: 'gpt-4', 'c-*': 'openai/*', list: ['fast', 'demo/x'], only: 'fast' },
    defaultProvider: 'openai',
  })
  const off: ReadonlyMap<string, Alias | null> = new Map([
    ['fast', null],
    ['c-*', null],
  ])
  const resolver = new Resolver(overlay(base, [profileOverlay('offline', off)]))
  const refused = (what: string, message: string) =>
    t.throws(() => resolver.resolve(what), {
      code: 'alias_disabled',
      status: 404,
      message,
      hint: 'to use no profile: gateway profile none',
    })
  refused('fast', 'the alias "fast" is switched off by the profile "offline"')
  refused('c-1', '"c-1" leads to the alias "c-*", which is switched off by the profile "offline"')
  refused(
    'only',
    '"only" leads to the alias "fast", which is switched off by the profile "offline"',
  )
  t.strictSame(meaning(resolver, 'list'), ['demo/x'])
})

t.test('explain says what gave the alias, or switched it off', async t => {
  const base = naming({ aliases: { fast: 'gpt-4', slow: 'gpt-4' } })
  const until = '2030-01-02T03:04:05.000Z'
  const laid = overlay(base, [
    over({ fast: 'openai/gpt-5', slow: null }),
    {
      aliases: new Map([
        ['now', { alias: base.aliases.get('fast')!, layer: { kind: 'temporary', until } }],
      ]),
    },
  ])
  const table = compileAliases(laid)
  const found = (what: string) => explain(table, what).steps.find(step => step.found !== undefined)
  t.match(found('fast'), {
    found: 'alias fast (profile p) -> openai/gpt-5',
    layer: { kind: 'profile', profile: 'p' },
  })
  t.match(found('now'), {
    found: `alias fast (temporary, until ${until}) -> gpt-4`,
    layer: { kind: 'temporary', until },
  })
  t.match(explain(table, 'slow').dropped, [{ what: 'slow', why: 'disabled by profile p' }])
})
