import t from 'tap'
import { applySplices } from '../../src/wire/json.ts'
import type { Protocol } from '../../src/wire/protocol.ts'
import { prependSystem } from '../../src/wire/system.ts'

const cases: readonly (readonly [Protocol, string, string])[] = [
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
for (const [protocol, body, expected] of cases) {
  t.test(`${protocol} ${body}`, async t => {
    const bytes = Buffer.from(body)
    t.equal(applySplices(bytes, prependSystem(bytes, 'Be "brief".', protocol)).toString(), expected)
  })
}
