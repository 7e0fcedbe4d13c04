import t from 'tap'
import { checkAliases } from '../../src/alias/check.ts'
import { naming, type ShortNaming } from '../fixtures/naming.ts'

const faults = (short: ShortNaming): string[] =>
  checkAliases(naming(short)).map(
    ({ path, message, hint, severity }) =>
      `${severity} ${path.join('.')}: ${message}${hint ? ` (${hint})` : ''}`,
  )

const cases: readonly (readonly [
  says: string,
  config: ShortNaming,
  expected: readonly string[],
])[] = [
  ['nothing', { aliases: { fast: 'gpt-4', 'c-*': 'anthropic/claude-*' } }, []],
  [
    'a cycle, at every link',
    { aliases: { a: 'b', b: ['gpt-4', 'c'], c: 'a', d: 'a' } },
    ['a', 'b', 'c'].map(
      name =>
        `error aliases.${name}: a cycle: a -> b -> c -> a (name the provider in the last target, as in openai/gpt-4o)`,
    ),
  ],
  [
    'an alias to itself, plain and by pattern',
    { aliases: { 'gpt-4': 'gpt-4', '*': 'x-*' } },
    [
      'error aliases.gpt-4: a cycle: gpt-4 -> gpt-4 (name the provider in the last target, as in openai/gpt-4o)',
      'error aliases.*: a cycle: * -> * (name the provider in the last target, as in openai/gpt-4o)',
    ],
  ],
  [
    'an alias of a model to that model at its provider is none',
    { aliases: { 'gpt-4': 'openai/gpt-4' } },
    [],
  ],
  [
    'a provider that is not there',
    { aliases: { a: 'opnai/gpt-4', b: 'zzz/qqq' }, providers: { local: {} } },
    [
      'error aliases.a: no provider is named "opnai" (did you mean "openai/gpt-4"?)',
      'error aliases.b: no provider is named "zzz" (if it is a model\'s name, put its provider before it: PROVIDER/zzz/qqq)',
    ],
  ],
  [
    'a bare target that nothing claims',
    { aliases: { a: 'unheard' } },
    [
      'warning aliases.a: nothing claims "unheard", so requests will be answered 404 (name its provider: PROVIDER/unheard)',
    ],
  ],
  [
    'more stars in the target',
    { aliases: { 'a*': 'openai/*-*' } },
    ['error aliases.a*: the target "openai/*-*" has more stars than the name "a*"'],
  ],
  [
    'a star in the target of an exact name',
    { aliases: { a: 'openai/*' } },
    ['error aliases.a: the target "openai/*" has more stars than the name "a"'],
  ],
  [
    'names',
    { aliases: { '': 'gpt-4', 'a b': 'gpt-4', ' a': 'gpt-4', 'b\u00a0': 'gpt-4', 'c\n': 'gpt-4' } },
    [
      'error aliases.: an alias has an empty name',
      ...[' a', 'b\u00a0', 'c\n'].map(
        name =>
          `error aliases.${name}: a name holds no spaces at its ends, no other white space and no control characters`,
      ),
    ],
  ],
  [
    'targets',
    { aliases: { a: ['', 'x\ty', 'openai/x y'] } },
    [
      'error aliases.a.targets.0: a target is empty',
      'error aliases.a.targets.1: a target holds no spaces at its ends, no other white space and no control characters',
    ],
  ],
  [
    'case',
    { aliases: { Fast: 'gpt-4', fast: 'gpt-4' } },
    ['warning aliases.fast: differs from "Fast" only by case'],
  ],
  [
    'a hidden model',
    { aliases: { 'openai/gpt-4': 'openai/gpt-5' } },
    ['warning aliases.openai/gpt-4: hides the model "gpt-4" of provider "openai"'],
  ],
  [
    'a pattern that never matches',
    { aliases: { 'a*': 'gpt-4', 'a**': 'gpt-5' } },
    ['warning aliases.a**: never matches: "a*" comes first and matches the same names'],
  ],
  [
    'set and remove',
    { aliases: { a: { targets: ['gpt-4'], params: { set: { x: 1 }, remove: ['x', 'y'] } } } },
    ['error aliases.a.remove: "x" is both removed and given a value'],
  ],
  [
    "a provider's own aliases: cycles, but not to the model of that very name",
    { providers: { p: { aliases: { a: 'b', b: 'a', m: 'm', s: 'no/such' } } } },
    ['a', 'b'].map(
      name =>
        `error providers.p.aliases.${name}: a cycle: a -> b -> a (name the provider in the last target, as in openai/gpt-4o)`,
    ),
  ],
  [
    'the model as a parameter',
    { aliases: { a: { targets: ['gpt-4'], params: { set: { model: 'x' } } } } },
    ['error aliases.a.set: the model is what the target says, and no parameter'],
  ],
  [
    'a chain of nine',
    {
      aliases: Object.fromEntries(
        Array.from({ length: 9 }, (_, i) => [`n${i + 1}`, i === 8 ? 'gpt-4' : `n${i + 2}`]),
      ),
    },
    ['error aliases.n1: leads through more than 8 aliases'],
  ],
]

for (const [says, config, expected] of cases) {
  t.test(says, async t => t.same(faults(config), expected))
}

t.test('ten thousand aliases', async t => {
  const aliases = Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`n${i}`, 'gpt-4']))
  t.same(faults({ aliases }), [])
})
