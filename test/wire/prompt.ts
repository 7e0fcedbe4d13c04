import t from 'tap'
import { applySplices, scanBody } from '../../src/wire/json.ts'
import { addPrompt, type Prompt } from '../../src/wire/prompt.ts'
import type { Protocol } from '../../src/wire/protocol.ts'

const systemCases: readonly (readonly [Protocol, string, string])[] = [
  [
    'chat',
    '{"messages":[ {"role":"user"}]}',
    '{"messages":[{"role":"system","content":"Be \\"brief\\"."}, {"role":"user"}]}',
  ],
  ['chat', '{"messages":[]}', '{"messages":[{"role":"system","content":"Be \\"brief\\"."}]}'],
  ['chat', '{"messages":null}', '{"messages":null}'],
  ['responses', '{"input":"x"}', '{"instructions":"Be \\"brief\\".","input":"x"}'],
  ['responses', '{"instructions":"More."}', '{"instructions":"Be \\"brief\\".\\n\\nMore."}'],
  ['responses', '{}', '{"instructions":"Be \\"brief\\"."}'],
  ['messages', '{"system":"More.","a":1.0}', '{"system":"Be \\"brief\\".\\n\\nMore.","a":1.0}'],
  [
    'messages',
    '{"system":[{"type":"text","text":"a"}]}',
    '{"system":[{"type":"text","text":"Be \\"brief\\"."},{"type":"text","text":"a"}]}',
  ],
  [
    'gemini',
    '{"contents":[]}',
    '{"systemInstruction":{"parts":[{"text":"Be \\"brief\\"."}]},"contents":[]}',
  ],
  [
    'gemini',
    '{"system_instruction":{"parts":[{"text":"a"}]}}',
    '{"system_instruction":{"parts":[{"text":"Be \\"brief\\"."},{"text":"a"}]}}',
  ],
  ['embeddings', '{"input":"x"}', '{"input":"x"}'],
]
const system: Prompt = { prepend: [{ role: 'system', content: 'Be "brief".' }], append: [] }
for (const [protocol, body, expected] of systemCases) {
  t.test(`a system's text, ${protocol} ${body}`, async t =>
    t.equal(put(protocol, body, system), expected),
  )
}

const around: Prompt = {
  prepend: [
    { role: 'user', content: 'é1' },
    { role: 'developer', content: 'D' },
    { role: 'assistant', content: 'A' },
  ],
  append: [
    { role: 'system', content: 'S' },
    { role: 'user', content: 'last' },
  ],
}
const before =
  '{"role":"user","content":"é1"},{"role":"developer","content":"D"},{"role":"assistant","content":"A"}'
const after = '{"role":"system","content":"S"},{"role":"user","content":"last"}'
const without = '{"role":"user","content":"é1"},{"role":"assistant","content":"A"}'
const aroundCases: readonly (readonly [Protocol, string, string])[] = [
  ['chat', '{"messages":[ 1.0 ]}', `{"messages":[${before}, 1.0,${after} ]}`],
  ['chat', '{"messages":[ ]}', `{"messages":[${before},${after} ]}`],
  ['chat', '{"messages":"hi"}', `{"messages":[${before},{"role":"user","content":"hi"},${after}]}`],
  [
    'messages',
    '{"system":"\\u00e9","messages":[{"n":1}]}',
    '{"system":"D\\n\\n\\u00e9\\n\\nS","messages":[' +
      without +
      ',{"n":1},{"role":"user","content":"last"}]}',
  ],
  [
    'messages',
    '{"system":[{"x":1}],"messages":[]}',
    '{"system":[{"type":"text","text":"D"},{"x":1},{"type":"text","text":"S"}],"messages":[' +
      without +
      ',{"role":"user","content":"last"}]}',
  ],
  ['messages', '{}', '{"system":"D\\n\\nS"}'],
  [
    'responses',
    '{"input":"h\\u0069"}',
    `{"instructions":"D","input":[${without},{"role":"user","content":"h\\u0069"},${after}]}`,
  ],
  [
    'responses',
    '{"instructions":"I","input":[7]}',
    `{"instructions":"D\\n\\nI","input":[${without},7,${after}]}`,
  ],
  ['responses', '{"instructions":"","input":{}}', '{"instructions":"D","input":{}}'],
  [
    'gemini',
    '{"contents":[7]}',
    '{"systemInstruction":{"parts":[{"text":"D"},{"text":"S"}]},"contents":[{"role":"user","parts":[{"text":"é1"}]},{"role":"model","parts":[{"text":"A"}]},7,{"role":"user","parts":[{"text":"last"}]}]}',
  ],
  ['completions', '{"prompt":"x"}', '{"prompt":"x"}'],
  ['media', '{"input":"x","messages":[]}', '{"input":"x","messages":[]}'],
]
for (const [protocol, body, expected] of aroundCases) {
  t.test(`all around, ${protocol} ${body}`, async t =>
    t.equal(put(protocol, body, around), expected),
  )
}

t.test('methods of Gemini that know no prompt get none', async t => {
  for (const path of [':embedContent', ':countTokens', ':batchEmbedContents']) {
    t.equal(put('gemini', '{"contents":[]}', around, path), '{"contents":[]}', path)
  }
})

t.test('of a text with an escape that is none, every byte stays', async t => {
  const body = '{"system":"\\q","messages":[]}'
  t.equal(put('messages', body, system), '{"system":"Be \\"brief\\".\\n\\n\\q","messages":[]}')
})

function put(protocol: Protocol, body: string, prompt: Prompt, path = ':generateContent'): string {
  const bytes = Buffer.from(body)
  return applySplices(
    bytes,
    addPrompt(bytes, scanBody(bytes), prompt, { protocol, path }),
  ).toString()
}
