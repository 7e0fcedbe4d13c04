import assert from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import { explain, explainRequest } from '../../src/alias/explain.ts'
import { resolve } from '../../src/alias/resolve.ts'
import { compileAliases } from '../../src/alias/table.ts'
import { GatewayError } from '../../src/errors.ts'
import { naming } from '../fixtures/naming.ts'

const table = compileAliases(
  naming({
    defaultProvider: 'local',
    providers: { local: { aliases: { small: 'qwen' } }, openai: { claims: ['gpt-*'] } },
    aliases: {
      fast: 'gpt-4',
      off: { targets: ['gpt-4'], disabled: true },
      chat: { targets: ['fast', 'off', 'local/small'], params: { set: { a: 1 } } },
      split: {
        targets: [
          { model: 'openai/a', weight: 1 },
          { model: 'openai/b', weight: 1 },
        ],
        sticky: true,
      },
      away: 'openai/gpt-4',
    },
  }),
)

t.test('every rule tried, in order, and what it said', async t => {
  const { steps, addressed, rule, targets, dropped } = explain(table, 'chat')
  t.same(addressed, { provider: 'local', byPath: false })
  t.equal(rule, 2)
  t.same(
    steps.map(
      ({ depth, name, number, found }) => `${depth} ${name} ${number}${found ? ` ${found}` : ''}`,
    ),
    [
      '0 chat 1',
      '0 chat 2 alias chat -> fast, off, local/small',
      '1 fast 1',
      '1 fast 2 alias fast -> gpt-4',
      ...[1, 2, 3, 4, 5, 6].map(n => `2 gpt-4 ${n}`),
      '2 gpt-4 7 openai/gpt-4',
      '1 off 1',
      '1 off 2 alias off -> gpt-4',
      '1 small 1 alias small of local -> qwen',
    ],
  )
  t.same(dropped, [{ what: 'off', why: 'disabled' }])
  t.match(targets, [
    { provider: 'openai', model: 'gpt-4', via: ['chat', 'fast'], params: { set: { a: 1 } } },
    { provider: 'local', model: 'qwen', via: ['chat', 'small'] },
  ])
})

t.test('what leads nowhere says why', async t => {
  t.match(explain(table, 'off'), { targets: [], error: { code: 'alias_disabled' }, rule: null })
  t.match(explain(table, 'x', { provider: 'nobody' }), {
    error: { code: 'provider_not_found' },
    addressed: null,
  })
  const nowhere = explain(compileAliases(naming({ aliases: { fast: 'gpt-4' } })), 'fsat')
  t.equal(nowhere.steps.length, 9)
  t.match(nowhere.error, { code: 'model_not_found', hint: /did you mean "fast"/ })
})

t.test('a request: the provider of its path, the order of its conversation, its body', async t => {
  t.match(explainRequest(table, { name: 'away', path: '/local' }).explanation, {
    addressed: { provider: 'local', byPath: true },
    dropped: [{ what: 'away', why: /leads away from local/ }],
    targets: [{ provider: 'local', model: 'away' }],
  })
  for (const path of [
    '/v1/chat/completions',
    '/chat/completions',
    '/openai/deployments/x/chat/completions',
  ]) {
    t.equal(
      explainRequest(table, { name: 'fast', path }).explanation.addressed?.byPath,
      false,
      path,
    )
  }
  t.match(explainRequest(table, { name: 'fast', path: '/nobody' }).explanation.error, {
    code: 'provider_not_found',
  })
  const body = (n: number): string =>
    JSON.stringify({ model: 'split', messages: [{ role: 'user', content: `${n}` }] })
  const first = (n: number): string =>
    explainRequest(table, { name: 'split', body: body(n) }).explanation.targets[0]!.model
  t.same([...new Set(Array.from({ length: 20 }, (_, n) => first(n)))].sort(), ['a', 'b'])
  t.equal(first(3), first(3))
  t.equal(
    explainRequest(table, { name: 'chat', body: '{"model":"chat","n":1.0}' }).body,
    '{"model":"gpt-4","n":1.0,"a":1}',
  )
  t.throws(() => explainRequest(table, { name: 'chat', body: '{' }), { code: 'body_invalid' })
})

t.test('explain and resolve never differ', async () => {
  const name = fc.constantFrom('a', 'b', 'c', 'gpt-4', 'openai/a', 'local/b', 'a*', 'zz')
  const target = fc.constantFrom('a', 'b', 'gpt-4', 'openai/x', 'local/a', 'nobody/x')
  fc.assert(
    fc.property(
      fc.dictionary(name, fc.array(target, { minLength: 1, maxLength: 3 })),
      fc.dictionary(name, target),
      name,
      fc.constantFrom(undefined, 'openai', 'local'),
      (aliases, own, asked, provider) => {
        const random = compileAliases(
          naming({
            aliases,
            providers: { local: { aliases: own }, openai: { claims: ['gpt-*'] } },
          }),
        )
        const explained = explain(random, asked, { provider })
        try {
          const { targets, rule } = resolve(random, asked, { provider })
          assert.deepEqual(explained.targets, targets)
          assert.equal(explained.rule, rule)
        } catch (error) {
          assert.ok(error instanceof GatewayError)
          assert.equal(explained.error?.code, error.code)
        }
      },
    ),
    { numRuns: 2000 },
  )
})
