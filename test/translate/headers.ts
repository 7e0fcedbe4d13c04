import t from 'tap'
import { answerHeaders, requestHeaders } from '../../src/translate/headers.ts'
import { header } from '../../src/wire/headers.ts'

const at = Date.parse('2026-01-01T00:00:00Z')

t.test('what speaks of the client alone stays behind', async t => {
  const given = ['X-Stainless-Lang', 'js', 'anthropic-version', 'v', 'Accept-Encoding', 'gzip']
  const other = ['user-agent', 'me', 'content-type', 'application/json; charset=utf-8']
  const json = ['content-type', 'application/json', 'accept-encoding', 'identity']
  t.strictSame(requestHeaders([...given, ...other], 'chat'), ['user-agent', 'me', ...json])
  t.strictSame(requestHeaders([...given, ...other], 'messages'), [
    ...['anthropic-version', 'v', 'user-agent', 'me'],
    ...json,
  ])
})

t.test('rate limits and ids are said in the words of the client', async t => {
  const openai = ['x-request-id', 'r1', 'x-ratelimit-limit-tokens', '9', 'retry-after', '3']
  const told = answerHeaders(
    [...openai, 'x-ratelimit-reset-requests', '6m0.5s', 'Content-Length', '5'],
    'messages',
    at,
  )
  t.equal(header(told, 'request-id'), 'r1')
  t.equal(header(told, 'anthropic-ratelimit-tokens-limit'), '9')
  t.equal(header(told, 'anthropic-ratelimit-requests-reset'), '2026-01-01T00:06:00Z')
  t.equal(header(told, 'retry-after'), '3')
  t.equal(header(told, 'content-length'), undefined)

  const back = answerHeaders(
    [
      ...['request-id', 'r2', 'anthropic-ratelimit-requests-remaining', '4'],
      ...['anthropic-ratelimit-tokens-reset', '2026-01-01T00:00:10Z', 'x-ms-retry-after-ms', '70'],
    ],
    'chat',
    at,
  )
  t.equal(header(back, 'x-request-id'), 'r2')
  t.equal(header(back, 'x-ratelimit-remaining-requests'), '4')
  t.equal(header(back, 'x-ratelimit-reset-tokens'), '10s')
  t.equal(header(back, 'retry-after-ms'), '70')
})

t.test('a reset that cannot be read is left out', async t => {
  const told = answerHeaders(['x-ratelimit-reset-tokens', 'soon'], 'messages', at)
  t.equal(header(told, 'anthropic-ratelimit-tokens-reset'), undefined)
  const back = answerHeaders(['anthropic-ratelimit-tokens-reset', 'soon'], 'chat', at)
  t.equal(header(back, 'x-ratelimit-reset-tokens'), undefined)
})
