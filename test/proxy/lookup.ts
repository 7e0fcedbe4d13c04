import t from 'tap'

type Found = (
  error: Error | null,
  addresses?: readonly { address: string; family: number }[],
) => void

t.test('a name is looked up once at a time, for all that want to know', async t => {
  const asked: { readonly name: string; readonly found: Found }[] = []
  const { lookup } = await t.mockImport<typeof import('../../src/proxy/lookup.ts')>(
    '../../src/proxy/lookup.ts',
    {
      'node:dns': {
        lookup: (name: string, _options: object, found: Found) => asked.push({ name, found }),
      },
    },
  )
  const ask = (name: string, options: object) =>
    new Promise<unknown>(done => lookup(name, options, (...result) => done(result)))
  const both = [ask('a.test', { all: true }), ask('a.test', {}), ask('b.test', {})]
  t.same(
    asked.map(({ name }) => name),
    ['a.test', 'b.test'],
  )
  const one = { address: '127.0.0.1', family: 4 }
  asked[0]!.found(null, [one])
  asked[1]!.found(new Error('ENOTFOUND'))
  t.match(await Promise.all(both), [[null, [one]], [null, '127.0.0.1', 4], [Error]])
  void ask('a.test', {})
  t.equal(asked.length, 3, 'nothing is remembered')
})
