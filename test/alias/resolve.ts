import t from 'tap'
import { resolve } from '../../src/alias/resolve.ts'
import { compileAliases } from '../../src/alias/table.ts'
import { GatewayError } from '../../src/errors.ts'
import { naming, type ShortNaming } from '../fixtures/naming.ts'

/** `rule: provider/model, ...` as `explain` would say it, or the code of the error. */
function meaning(short: ShortNaming, name: string, provider?: string): string {
  try {
    const { rule, targets } = resolve(compileAliases(naming(short)), name, { provider })
    return `${rule}: ${targets.map(target => `${target.provider}/${target.model}`).join(', ')}`
  } catch (error) {
    if (error instanceof GatewayError) return error.code
    throw error
  }
}

const two = { openai: { claims: ['gpt-*'] }, local: {} }

const cases: readonly {
  readonly says: string
  readonly config: ShortNaming
  readonly means: Readonly<Record<string, string>>
}[] = [
  {
    says: 'rule 1 beats 2, for the default provider and for one that the path names',
    config: {
      defaultProvider: 'local',
      aliases: { fast: 'gpt-4o' },
      providers: { ...two, local: { aliases: { fast: 'qwen' } } },
    },
    means: {
      fast: '1: local/qwen',
      '/local fast': '1: local/qwen',
      '/openai fast': '2: openai/gpt-4o',
    },
  },
  {
    says: 'provider and global maps are merged name by name',
    config: {
      defaultProvider: 'openai',
      aliases: { fast: 'openai/a', smart: 'openai/b' },
      providers: { openai: { aliases: { fast: 'c' } } },
    },
    means: { fast: '1: openai/c', smart: '2: openai/b' },
  },
  {
    says: "exact beats pattern, also a provider's own pattern",
    config: {
      defaultProvider: 'local',
      aliases: { 'gpt-4': 'openai/gpt-4o', 'gpt-*': 'openai/any' },
      providers: { ...two, local: { aliases: { 'gpt-*': 'llama' } } },
    },
    means: {
      'gpt-4': '2: openai/gpt-4o',
      'gpt-5': '3: local/llama',
      '/openai gpt-5': '4: openai/any',
    },
  },
  {
    says: 'of two patterns the one with more literal characters, of equals the first',
    config: {
      aliases: { 'a*': 'openai/1', 'ab*': 'openai/2', '*bc': 'openai/3', '*c*': 'openai/4' },
    },
    means: { abc: '4: openai/2', xbc: '4: openai/3', a: '4: openai/1', xcx: '4: openai/4' },
  },
  {
    says: 'stars are substituted, in order',
    config: { aliases: { 'claude-*': 'anthropic/claude-*', '*:*': 'demo/*-at-*' } },
    means: { 'claude-x/y': '4: anthropic/claude-x/y', 'a:b:c': '4: demo/a-at-b:c' },
  },
  {
    says: "rule 5: provider/model, declared or preset, once more through that provider's own aliases",
    config: { providers: { local: { aliases: { fast: 'qwen3:4b', 'big-*': 'huge-*' } } } },
    means: {
      'local/fast': '5: local/qwen3:4b',
      'local/big-1': '5: local/huge-1',
      'openai/gpt-4': '5: openai/gpt-4',
      'local/meta/llama': '5: local/meta/llama',
    },
  },
  {
    says: 'rules 6 and 7: who lists the model, then whose preset claims it; the addressed one first',
    config: {
      providers: {
        openai: { claims: ['gpt-*'] },
        work: { claims: ['gpt-*'], models: ['gpt-x'] },
      },
    },
    means: {
      'gpt-x': '6: work/gpt-x',
      'gpt-4': '7: openai/gpt-4',
      '/work gpt-4': '7: work/gpt-4',
      other: 'model_not_found',
    },
  },
  {
    says: 'rules 6 and 7 look no further than the provider that the path names',
    config: { providers: { openai: { claims: ['gpt-*'], models: ['m'] }, local: {} } },
    means: {
      '/local gpt-4': '8: local/gpt-4',
      '/local m': '8: local/m',
      '/demo gpt-4': '8: demo/gpt-4',
    },
  },
  {
    says: 'rule 8: the default provider takes what nothing else claims',
    config: { defaultProvider: 'local', providers: two },
    means: {
      anything: '8: local/anything',
      'gpt-4': '7: openai/gpt-4',
      'no/such': '8: local/no/such',
    },
  },
  {
    says: 'rule 9: the only declared provider, else a preset that claims the name',
    config: { providers: { local: {} } },
    means: { 'gpt-4': '9: local/gpt-4' },
  },
  {
    says: 'rule 9 without any provider',
    config: {},
    means: {
      'gpt-4': '9: openai/gpt-4',
      'claude-x': '9: anthropic/claude-x',
      unheard: 'model_not_found',
    },
  },
  {
    says: 'chains of bare names',
    config: { aliases: { a: 'b', b: 'c', c: ['d', 'openai/e'], d: 'gpt-4', 'x-*': '*' } },
    means: { a: '2: openai/gpt-4, openai/e', 'x-a': '4: openai/gpt-4, openai/e' },
  },
  {
    says: 'eight aliases are a chain, nine are too long',
    config: {
      aliases: Object.fromEntries(
        Array.from({ length: 9 }, (_, i) => [`n${i + 1}`, i === 8 ? 'gpt-4' : `n${i + 2}`]),
      ),
    },
    means: { n2: '2: openai/gpt-4', n1: 'alias_chain' },
  },
  {
    says: 'a path that names a provider: global aliases only where they stay there',
    config: {
      aliases: {
        bare: 'gpt-4',
        mine: 'openai/gpt-4',
        other: 'anthropic/claude',
        both: ['anthropic/c', 'openai/g'],
      },
      providers: { openai: { aliases: { 'gpt-4': 'gpt-4-turbo' } }, anthropic: {} },
    },
    means: {
      '/openai bare': '2: openai/gpt-4-turbo',
      '/openai mine': '2: openai/gpt-4-turbo',
      '/openai other': '8: openai/other',
      '/openai both': '2: openai/g',
      '/openai anthropic/x': '8: openai/anthropic/x',
      '/openai openai/x': '5: openai/x',
      '/nobody x': 'provider_not_found',
    },
  },
  {
    says: "what a provider's own alias names is a name on that provider, whatever it looks like",
    config: {
      aliases: { slow: 'openai/never' },
      providers: {
        openrouter: { aliases: { fast: 'openai/gpt-4o', slow2: 'slow', 'm-*': 'm-*' } },
      },
    },
    means: {
      'openrouter/fast': '5: openrouter/openai/gpt-4o',
      'openrouter/slow2': '5: openrouter/slow',
      'openrouter/m-1': '5: openrouter/m-1',
    },
  },
  {
    says: 'a disabled alias is not there for its name, and drops out of lists',
    config: {
      aliases: {
        off: { targets: ['gpt-4'], disabled: true },
        list: ['off', 'gpt-5'],
        all: ['off'],
      },
    },
    means: { off: 'alias_disabled', list: '2: openai/gpt-5', all: 'alias_disabled' },
  },
  {
    says: 'names are what they are: case, dots, colons, stars in a request',
    config: { aliases: { 'gpt-4:free': 'openai/x', Ünï: 'openai/u' } },
    means: {
      'gpt-4:free': '2: openai/x',
      Ünï: '2: openai/u',
      ünï: 'model_not_found',
      'gpt-*': '9: openai/gpt-*',
    },
  },
]

for (const { says, config, means } of cases) {
  t.test(says, async t => {
    for (const [asked, meant] of Object.entries(means)) {
      const [, provider, name = asked] = /^\/(\S+) (.*)$/.exec(asked) ?? []
      t.equal(meaning(config, name, provider), meant, asked)
    }
  })
}

const said = (content: string) => ({
  prepend: [{ role: 'system', content } as const],
  append: [{ role: 'user', content } as const],
})

t.test(
  "parameters: the alias nearest to the client is the strongest, and there the target's own",
  async t => {
    const table = compileAliases(
      naming({
        aliases: {
          outer: {
            targets: [{ model: 'inner', params: { set: { d: 'outer target' }, remove: ['e'] } }],
            params: { set: { c: 'outer' }, prompt: said('outer') },
          },
          inner: {
            targets: [
              {
                model: 'openai/m',
                params: { set: { b: 'inner target', c: 'inner target', d: 'i' } },
              },
            ],
            params: {
              set: { a: 'inner', b: 'inner', e: 1 },
              prompt: said('inner'),
              respondAs: 'alias',
            } as never,
          },
        },
      }),
    )
    const [target] = resolve(table, 'outer').targets
    t.same(target!.params, {
      set: { a: 'inner', b: 'inner target', c: 'outer', d: 'outer target' },
      default: {},
      remove: ['e'],
      prompt: {
        prepend: [...said('outer').prepend, ...said('inner').prepend],
        append: [...said('inner').append, ...said('outer').append],
      },
    })
    t.same(target!.via, ['outer', 'inner'])
  },
)

t.test('the nearest names are in the error', async t => {
  const table = compileAliases(naming({ aliases: { fast: 'gpt-4', smart: 'gpt-5' } }))
  t.throws(() => resolve(table, 'fsat'), { code: 'model_not_found', facts: { near: ['fast'] } })
})
