import fc from 'fast-check'
import t from 'tap'
import { countPrompt, countTokens, pieces } from '../../src/demo/tokens.ts'
import type { Message, Part } from '../../src/translate/message.ts'

t.test('the pieces of any text are the text again', async t => {
  const holds = fc.property(fc.string({ unit: 'binary' }), text => {
    const parts = pieces(text)
    return parts.join('') === text && parts.length === countTokens(text)
  })
  t.doesNotThrow(() => fc.assert(holds))
})

t.test('counts by the rule at the top of the file', async t => {
  const counts: [text: string, tokens: number][] = [
    ['', 0],
    ['Hello, world!', 4],
    ['programming', 1],
    ['internationalisation', 2],
    ["don't", 2],
    ['in 2024', 3],
    ['a\n\n  b', 3],
    ['漢字かな', 4],
    ['====----', 2],
    ['naïve café', 2],
    ['   ', 1],
  ]
  for (const [text, tokens] of counts) t.equal(countTokens(text), tokens, JSON.stringify(text))
})

t.test('a prompt is its texts and roles, three a message, and three', async t => {
  const system =
    'You are a poetic assistant, skilled in explaining complex programming concepts with creative flair.'
  const user = 'Compose a poem that explains the concept of recursion in programming.'
  t.equal(countTokens(system) + countTokens(user), 28)
  const said = (role: Message['role'], ...parts: Part[]): Message => ({ role, parts })
  const messages = [
    said('system', { t: 'text', text: system }),
    said('user', { t: 'text', text: user }),
  ]
  t.equal(countPrompt({ messages, tools: [] }), 39)
  t.equal(countPrompt({ messages: [], tools: [] }), 3)
  const seen = said(
    'user',
    { t: 'text', text: 'one two' },
    { t: 'image', source: { base64: 'AAAA', mime: 'image/png' } },
  )
  t.equal(countPrompt({ messages: [seen], tools: [] }), 3 + 3 + 1 + 2 + 85)
  t.ok(countPrompt({ messages, tools: [{ kind: 'function', name: 'x' }] }) > 39, 'tools count')
  const call = { t: 'tool_call', id: 'a', name: 'x', args: '{}', kind: 'function' } as const
  t.ok(countPrompt({ messages: [said('assistant', call)], tools: [] }) > 7)
  const result: Part = { t: 'tool_result', id: 'a', parts: [{ t: 'text', text: 'one two' }] }
  t.equal(countPrompt({ messages: [said('user', result)], tools: [] }), 3 + 3 + 1 + 2)
})

t.test('a text made to be slow is not', async t => {
  // Quadratic matching of either would take minutes.
  t.equal(countTokens(' '.repeat(300_000)), 1)
  t.equal(countTokens('\n '.repeat(150_000)), 1)
  t.equal(countTokens('x'.repeat(300_000)), 25_000)
})
