import fc from 'fast-check'
import t from 'tap'
import {
  header,
  headersForClient,
  headersForProvider,
  headerText,
  headerTexts,
} from '../../src/wire/headers.ts'

t.test(
  "a client's keys and the fields of its connection stay behind, the rest goes on as it came",
  async t => {
    const sent = [
      ['Host', 'localhost:8080'],
      ['Authorization', 'Bearer client'],
      ['X-API-Key', 'client'],
      ['api-key', 'client'],
      ['x-goog-api-key', 'client'],
      ['Cookie', 'a=b'],
      ['Proxy-Authorization', 'x'],
      ['Connection', 'keep-alive, X-Hop'],
      ['X-Hop', '1'],
      ['Keep-Alive', '5'],
      ['TE', 'trailers'],
      ['Trailer', 'x'],
      ['Transfer-Encoding', 'chunked'],
      ['Upgrade', 'h2c'],
      ['Content-Length', '3'],
      ['Expect', '100-continue'],
      ['Origin', 'http://localhost'],
      ['X-Gateway-Target', 'forged'],
      ['OpenAI-Beta', 'v2'],
      ['anthropic-version', '2023-06-01'],
      ['X-Dup', '1'],
      ['x-dup', '2'],
    ].flat()
    const kept = [
      'OpenAI-Beta',
      'v2',
      'anthropic-version',
      '2023-06-01',
      'X-Dup',
      '1',
      'x-dup',
      '2',
    ]
    t.same(headersForProvider(sent), kept)
    t.match(headersForProvider(sent, true), [
      'Authorization',
      'Bearer client',
      'X-API-Key',
      'client',
    ])
  },
)

t.test('a response keeps what the provider says, but not that every page may read it', async t => {
  t.same(
    headersForClient([
      'Content-Type',
      'text/event-stream',
      'Access-Control-Allow-Origin',
      '*',
      'Connection',
      'close, x-a',
      'X-A',
      '1',
      'Transfer-Encoding',
      'chunked',
      'Retry-After',
      '2',
      'x-ratelimit-limit-requests',
      '9',
      'Set-Cookie',
      'a',
      'Set-Cookie',
      'b',
      'x-gateway-alias',
      'forged',
    ]),
    [
      'Content-Type',
      'text/event-stream',
      'Retry-After',
      '2',
      'x-ratelimit-limit-requests',
      '9',
      'Set-Cookie',
      'a',
      'Set-Cookie',
      'b',
    ],
  )
})

t.test('fields are found in any spelling', async t => {
  t.equal(header(['A', '1', 'Content-Type', 'x', 'content-type', 'y'], 'content-type'), 'x')
  t.equal(header(['A', '1'], 'content-type'), undefined)
})

t.test('any name fits into a header', async t => {
  t.equal(headerText('openai/gpt-4'), 'openai/gpt-4')
  t.equal(headerText('schnell ü'), 'schnell%20%C3%BC')
  t.equal(headerText('half \ud800'), 'half%20%EF%BF%BD')
})

t.test('fields are read the same from one piece and from many', async t => {
  const field = fc.string({
    unit: fc.integer({ min: 0, max: 255 }).map(c => String.fromCharCode(c)),
  })
  fc.assert(
    fc.property(fc.array(fc.tuple(field, fc.constantFrom('here', 'elsewhere'))), fields => {
      const piece = Buffer.from(fields.map(([text]) => `${text}: `).join(''), 'latin1')
      let at = 0
      const parts = fields.map(([text, where]) => {
        const part = piece.subarray(at, at + text.length)
        at += text.length + 2
        return where === 'here' ? part : Buffer.from(part)
      })
      for (const some of [parts, parts.toReversed()]) {
        const wanted = some.map(part => part.toString('latin1'))
        if (headerTexts(some).join('|') !== wanted.join('|')) throw new Error(wanted.join('|'))
      }
    }),
    { numRuns: 1000 },
  )
  t.same(headerTexts([]), [])
})
