// What clients of Anthropic's Messages ask, as OpenAI's servers are asked it.

import t from 'tap'
import { chatProvider } from '../../../src/translate/chat/provider.ts'
import { messagesClient } from '../../../src/translate/messages/client.ts'
import { quirksFor } from '../../../src/translate/quirks.ts'
import { atOnce } from '../../../src/wire/steps.ts'
import { far } from '../../fixtures/far.ts'
import { openaiRefuses } from '../../fixtures/strict-openai.ts'

// biome-ignore lint/suspicious/noExplicitAny: JSON of our own
const asked = (body: object, preset = 'openai'): any => {
  const raw = { model: 'm', max_tokens: 99, messages: [{ role: 'user', content: 'hi' }], ...body }
  const request = atOnce(messagesClient.decodeRequest(raw, 'gpt-4o', '/messages'))
  return atOnce(
    chatProvider.encodeRequest(request, {
      ...far({}, 'gpt-4o'),
      quirks: quirksFor(preset),
    }),
  )
}

t.test(
  'O1 a line that is new at each turn spoils no cache: anthropics/claude-code#68900',
  async t => {
    // 1rgs/claude-code-proxy#99, musistudio/claude-code-router#1372, ggml-org/llama.cpp#20623
    // MadAppGang/claudish#167
    const turn = (hash: string) =>
      asked({
        system: [
          { type: 'text', text: `x-anthropic-billing-header: cc_version=2; cch=${hash};` },
          { type: 'text', text: 'Be brief.', cache_control: { type: 'ephemeral' } },
        ],
      }).body
    t.strictSame(turn('a1'), turn('b2'))
    t.strictSame(turn('a1').messages[0], { role: 'system', content: 'Be brief.' })
  },
)

t.test(
  'O2 O3 O5 what an agent sends is taken by OpenAI: packit/ai-workflows#619, maximhq/bifrost#1000',
  async t => {
    // farion1231/cc-switch#3805
    const name = `mcp__a_server_with_a_name__${'and_a_tool_'.repeat(5)}`
    const cache_control = { type: 'ephemeral' }
    const { body, toolNames } = asked({
      metadata: { user_id: JSON.stringify({ device: 'd'.repeat(100), session: 's'.repeat(40) }) },
      tools: [{ name, input_schema: {}, cache_control }],
      tool_choice: { type: 'tool', name },
      messages: [
        { role: 'user', content: [{ type: 'text', text: 'hi', cache_control }] },
        {
          role: 'assistant',
          content: [
            { type: 'thinking', thinking: 'hm', signature: 'sig' },
            { type: 'tool_use', id: `toolu_${'1'.repeat(60)}`, name, input: {} },
          ],
        },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'and' },
            {
              type: 'tool_result',
              tool_use_id: `toolu_${'1'.repeat(60)}`,
              is_error: true,
              content: [{ type: 'text', text: 'no' }],
            },
          ],
        },
      ],
    })
    t.equal(openaiRefuses(body), undefined)
    t.notMatch(JSON.stringify(body), 'cache_control')
    t.equal(toolNames.get(body.tools[0].function.name), name)
    t.equal(body.messages[2].content, 'Error: no')
    t.equal(body.max_completion_tokens, 99)
  },
)

t.test('Q1 thinking goes back to a host that wants it: SaladDay/cc-switch-cli#170', async t => {
  // earendil-works/pi#3636, FellouAI/eko#281
  const { body } = asked(
    {
      messages: [
        { role: 'user', content: 'hi' },
        {
          role: 'assistant',
          content: [
            { type: 'thinking', thinking: 'hm', signature: '' },
            { type: 'tool_use', id: 'a', name: 'f', input: {} },
          ],
        },
        { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'a', content: 'x' }] },
      ],
    },
    'deepseek',
  )
  t.equal(body.messages[1].reasoning_content, 'hm')
  t.equal(body.max_tokens, 99)
})
