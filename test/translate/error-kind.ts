// Cases are in test/fixtures/translate/errors.json.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { errorWithin, upstreamError } from '../../src/translate/error-kind.ts'

const file = join(import.meta.dirname, '../fixtures/translate/errors.json')

t.test('an error is what its words, its codes and its status say', async t => {
  for (const { name, status, body, headers = {}, expect } of JSON.parse(
    readFileSync(file, 'utf8'),
  )) {
    const text = typeof body === 'string' ? body : JSON.stringify(body)
    const { message, ...error } = upstreamError(status, text, field => headers[field])
    t.strictSame(
      { ...error, ...(expect.message === undefined ? {} : { message }) },
      { ...expect, status },
      name,
    )
    t.ok(message.length > 0)
  }
})

t.test('Q5 an error within a stream has a kind of its own code', async t => {
  const kind = (error: unknown) => errorWithin({ error }).kind
  t.equal(kind({ code: 429, message: 'slow down' }), 'rate_limit')
  t.equal(kind({ code: 502, message: 'Provider returned error' }), 'server')
  t.equal(kind({ code: 'context_length_exceeded', message: 'too long' }), 'context_length')
  t.equal(kind({ type: 'invalid_request_error', message: 'no' }), 'invalid')
  t.equal(kind({ code: 'tool_use_failed', status_code: 400, message: 'no' }), 'invalid')
  t.equal(kind('it broke'), 'server')
  t.equal(errorWithin({ error: 'it broke' }).message, 'it broke')
  t.equal(errorWithin({ error: {} }).message, 'it is an error without words')
  t.equal(errorWithin({ error: { message: 'x' } }).status, undefined)
})
