import t from 'tap'
import { factsFor } from '../../../src/translate/facts.ts'
import type { Part } from '../../../src/translate/message.ts'
import { estimateInSteps, estimateTokens } from '../../../src/translate/messages/count-tokens.ts'
import { request } from '../../fixtures/far.ts'

const old = factsFor('claude-sonnet-4-5')
const words = 'the quick brown fox jumps over the lazy dog '.repeat(100)
const said = (...parts: Part[]) => request({ messages: [{ role: 'user', parts }] })
const text = (text: string): Part => ({ t: 'text', text })
const tokens = (...parts: Part[]) =>
  estimateTokens(said(...parts), old) - estimateTokens(said(), old)

t.test('O6: nothing that a model reads is left out of the count', async t => {
  // https://github.com/BerriAI/litellm/issues/37102 https://github.com/router-for-me/CLIProxyAPI/issues/679
  const tool = {
    kind: 'function',
    name: 'look_up',
    description: words,
    schema: { type: 'object' },
  } as const
  const bare = estimateTokens(said(text('hi')), old)
  const offered = estimateTokens({ ...said(text('hi')), tools: [tool] }, old)
  t.ok(offered - bare > 900 + 520, 'tools, and what is said of them')
  t.ok(tokens(text(words)) > 900)
  t.ok(tokens({ t: 'tool_call', id: 'c', name: 'f', args: words, kind: 'function' }) > 900)
  t.ok(tokens({ t: 'tool_result', id: 'c', parts: [{ t: 'text', text: words }] }) > 900)
  t.ok(tokens({ t: 'reasoning', text: words }) > 900)
  t.ok(tokens({ t: 'opaque', vendor: 'anthropic', raw: { words } }) > 900)
  t.ok(tokens({ t: 'file', source: { text: words } }) > 900)
  const base64 = Buffer.from(words).toString('base64')
  t.ok(tokens({ t: 'file', source: { base64, mime: 'text/plain' } }) > 900)
})

t.test('newer models make more tokens of a text', async t => {
  const asked = said(text(words))
  const share = estimateTokens(asked, factsFor('claude-opus-5')) / estimateTokens(asked, old)
  t.ok(share > 1.25 && share < 1.35)
})

const base64 = (...bytes: number[]) => Buffer.from(bytes).toString('base64')
const png = Buffer.alloc(33)
png.write('\x89PNG\r\n\x1a\n', 'latin1')
png.writeUInt32BE(300, 16)
png.writeUInt32BE(200, 20)
const jpeg = Buffer.alloc(60)
jpeg.set([0xff, 0xd8, 0xff, 0xe0, 0x00, 0x10])
jpeg.set([0xff, 0xc0, 0x00, 0x11, 0x08, 0x00, 0xc8, 0x01, 0x2c], 20)

t.test('a picture counts its area', async t => {
  const picture = (base64: string) => tokens({ t: 'image', source: { base64, mime: 'image/png' } })
  t.equal(picture(png.toString('base64')), 80)
  t.equal(picture(jpeg.toString('base64')), 80)
  t.equal(picture('R0lGODlhLAHIAPAAAAAAAAAAACH5BAAAAAAALAAAAAA='), 80)
  t.equal(picture(base64(1, 2, 3)), 1600, 'as much as there can be, where it does not show')
  t.equal(picture(base64(0xff, 0xd8, 0xff, 0xe0, 0xff, 0xff)), 1600)
  t.equal(tokens({ t: 'image', source: { url: 'https://example.com/a.png' } }), 1600)
})

t.test('a document counts its pages', async t => {
  const pdf = (text: string) =>
    tokens({
      t: 'file',
      source: { base64: Buffer.from(text).toString('base64'), mime: 'application/pdf' },
    })
  t.equal(pdf('%PDF /Type /Pages /Type /Page /Type/Page'), 6000)
  t.equal(pdf('%PDF'.padEnd(120_000)), 9000)
})

t.test('a long one in steps comes to the same', async t => {
  const message = said(text('some words '.repeat(10_000))).messages[0]!
  const long = { ...said(), messages: Array(30).fill(message) }
  const steps = estimateInSteps(long, old)
  let count = 1
  for (;;) {
    const { done, value } = steps.next()
    if (done) {
      t.equal(value, estimateTokens(long, old))
      break
    }
    count++
  }
  t.ok(count > 5, String(count))
})
