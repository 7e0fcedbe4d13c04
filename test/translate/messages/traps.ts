// What Anthropic has been seen to refuse, and what others sent it: each trap of PROTOCOLS 7.A, tried on a vendor that is
// as strict, with requests of Chat Completions.

import t, { type Test } from 'tap'
import { chatClient } from '../../../src/translate/chat/client.ts'
import { factsFor } from '../../../src/translate/facts.ts'
import type { Part } from '../../../src/translate/message.ts'
import { messagesProvider } from '../../../src/translate/messages/provider.ts'
import type { Json } from '../../../src/translate/values.ts'
import { atOnce } from '../../../src/wire/steps.ts'
import { far, request } from '../../fixtures/far.ts'
import { refusalOf } from '../../fixtures/strict-anthropic.ts'

const opus5 = 'claude-opus-5'
const opus46 = 'claude-opus-4-6'
const sonnet45 = 'claude-sonnet-4-5'

// biome-ignore lint/suspicious/noExplicitAny: a test looks at it field by field
type Body = any

/** What Anthropic is sent for a chat request; it must not refuse it. */
function sent(t: Test, chat: Json, model = sonnet45): { body: Body; dropped: readonly string[] } {
  const decoded = atOnce(chatClient.decodeRequest({ messages: [user('hi')], ...chat }, 'asked', ''))
  const { body, dropped } = atOnce(
    messagesProvider.encodeRequest(decoded, far(factsFor(model), model)),
  )
  t.equal(refusalOf(body), undefined)
  return { body, dropped }
}

const user = (content: unknown): Json => ({ role: 'user', content })
const assistant = (content: unknown, more: Json = {}): Json => ({
  role: 'assistant',
  content,
  ...more,
})
const call = (id: string, args = '{}'): Json => ({
  id,
  type: 'function',
  function: { name: 'f', arguments: args },
})
const result = (id: string, content: unknown = 'done'): Json => ({
  role: 'tool',
  tool_call_id: id,
  content,
})
const tools = [{ type: 'function', function: { name: 'f', parameters: { type: 'object' } } }]
const signed: Json = {
  thinking_blocks: [{ type: 'thinking', thinking: 'hm', signature: 'sig-1' }],
}

t.test('A1: the results of parallel calls are one turn, and come first in it', async t => {
  // lace-ai/gai#49
  // https://github.com/anthropics/claude-code/issues/1237 https://github.com/anthropics/claude-code/issues/2697
  const { body } = sent(t, {
    tools,
    messages: [
      user('go'),
      assistant(null, { tool_calls: [call('a'), call('b')] }),
      result('b'),
      { role: 'system', content: 'be brief' },
      result('a'),
      user('and?'),
    ],
  })
  t.equal(body.messages.length, 3)
  t.match(body.messages[2].content, [
    { type: 'tool_result', tool_use_id: 'b' },
    { type: 'tool_result', tool_use_id: 'a' },
    { type: 'text', text: '<system>\nbe brief\n</system>' },
    { type: 'text', text: 'and?' },
  ])
})

t.test(
  'A1: a call without a result gets one, and a result without a call is told in words',
  async t => {
    // https://github.com/Kilo-Org/kilocode/issues/5163
    const { body } = sent(t, {
      tools,
      messages: [
        user('go'),
        assistant('', { tool_calls: [call('a'), call('b')] }),
        result('a'),
        result('stray', 'found'),
        user('stop'),
        assistant('', { tool_calls: [call('c')] }),
      ],
    })
    t.match(body.messages[2].content, [
      { tool_use_id: 'a' },
      { tool_use_id: 'b', is_error: true, content: [{ text: 'No result was provided' }] },
      { type: 'text', text: '[result of a tool]' },
      { type: 'text', text: 'found' },
      { type: 'text', text: 'stop' },
    ])
    t.match(body.messages[4].content, [{ tool_use_id: 'c', is_error: true }])
  },
)

t.test('A1: ids that a server uses again in each answer stay apart', async t => {
  const turn = [assistant('', { tool_calls: [call('call_0')] }), result('call_0')]
  const { body } = sent(t, { tools, messages: [user('go'), ...turn, ...turn] })
  t.equal(body.messages[1].content[0].id, 'call_0')
  t.equal(body.messages[3].content[0].id, 'call_0_2')
  t.equal(body.messages[4].content[0].tool_use_id, 'call_0_2')
})

t.test('A2: a tool that is demanded matters more than thinking', async t => {
  // mastra-ai/mastra#7507
  // https://github.com/can1357/oh-my-pi/issues/341 https://github.com/strands-agents/sdk-typescript/issues/798
  const asked = (tool_choice: unknown, model: string) =>
    sent(t, { tools, tool_choice, reasoning_effort: 'high' }, model).body
  const named = { type: 'function', function: { name: 'f' } }
  t.equal(asked('required', sonnet45).thinking, undefined)
  t.equal(asked(named, sonnet45).thinking, undefined)
  t.match(asked('auto', sonnet45).thinking, { type: 'enabled', budget_tokens: 24_576 })
  // https://github.com/router-for-me/CLIProxyAPI/issues/4797
  t.match(asked('required', opus5).thinking, { type: 'adaptive' })
  t.equal(asked(named, opus5).thinking, undefined)
})

t.test('A3: a model with a budget thinks on only after calls that it thought of', async t => {
  // https://github.com/anomalyco/opencode/issues/3077
  const asked = (more: Json, model = sonnet45) =>
    sent(
      t,
      {
        tools,
        reasoning_effort: 'low',
        messages: [user('go'), assistant('', { tool_calls: [call('a')], ...more }), result('a')],
      },
      model,
    ).body
  t.equal(asked({}).thinking, undefined)
  t.match(asked(signed).thinking, { type: 'enabled' })
  t.match(asked(signed).messages[1].content, [{ type: 'thinking' }, { type: 'tool_use' }])
  t.match(asked({}, opus5).thinking, { type: 'adaptive' })
})

t.test('A4: what Anthropic did not sign is not sent to it, and nothing is forged', async t => {
  // router-for-me/CLIProxyAPI#570, sifxprime/krouter#11, fawney19/Aether#115
  // https://github.com/diegosouzapw/OmniRoute/issues/12386 https://github.com/ENTERPILOT/GoModel/issues/964
  const { body } = sent(t, {
    messages: [
      user('go'),
      assistant('yes', { reasoning_content: 'unsigned' }),
      user('on'),
      assistant('yes', signed),
      user('on'),
    ],
  })
  t.same(body.messages[1].content, [{ type: 'text', text: 'yes' }])
  t.same(body.messages[3].content[0], { type: 'thinking', thinking: 'hm', signature: 'sig-1' })
  const foreign: Part[] = [
    { t: 'reasoning', text: 'x', signature: { vendor: 'google', value: 'proof' } },
    { t: 'reasoning', text: '', redacted: { vendor: 'openai', value: 'proof' } },
    { t: 'reasoning', text: 'x', signature: { vendor: 'anthropic', value: '' } },
    { t: 'text', text: 'yes' },
    { t: 'reasoning', text: 'x', signature: { vendor: 'anthropic', value: 'sig-2' } },
  ]
  const said = (parts: Part[], role: 'user' | 'assistant') => ({ role, parts })
  const messages = [said([{ t: 'text', text: 'a' }], 'user'), said(foreign, 'assistant')]
  const encoded: Body = atOnce(
    messagesProvider.encodeRequest(
      request({ messages: [...messages, messages[0]!] }),
      far(factsFor(opus5), opus5),
    ),
  ).body
  t.equal(refusalOf(encoded), undefined)
  t.same(encoded.messages[1].content, [{ type: 'text', text: 'yes' }])
})

t.test('A5: sampling is left out where a model refuses it', async t => {
  // campfirein/byterover-cli#612
  // https://github.com/The-PR-Agent/pr-agent/issues/2449 https://github.com/anomalyco/models.dev/issues/3961
  const asked = (chat: Json, model: string) => {
    const { body, dropped } = sent(t, chat, model)
    return { temperature: body.temperature, top_p: body.top_p, top_k: body.top_k, dropped }
  }
  const none = { temperature: undefined, top_p: undefined, top_k: undefined }
  const all = { temperature: 0.5, top_p: 0.9, top_k: 5 }
  t.same(asked(all, opus5), { ...none, dropped: ['temperature', 'top_p', 'top_k'] })
  t.same(asked({ temperature: 1, top_p: 1 }, opus5), { ...none, dropped: [] })
  t.same(asked(all, sonnet45), { ...none, temperature: 0.5, top_k: 5, dropped: ['top_p'] })
  t.same(asked(all, 'claude-3-5-haiku'), { ...all, dropped: [] })
  t.same(asked({ temperature: 1.7 }, sonnet45), { ...none, temperature: 1, dropped: [] })
  const thinks = { temperature: 0.5, reasoning_effort: 'low' }
  t.same(asked(thinks, sonnet45), { ...none, dropped: ['temperature'] })
})

t.test('A6: a last turn of the assistant is gone on from, or followed', async t => {
  // Kilo-Org/kilocode#13286
  // https://github.com/llm-exe/llm-exe/issues/503 https://github.com/anomalyco/opencode/issues/29760
  const messages = [user('go'), assistant('Once upon a time  \n')]
  t.same(sent(t, { messages }, opus46).body.messages[2], {
    role: 'user',
    content: [{ type: 'text', text: 'Continue.' }],
  })
  t.equal(sent(t, { messages }).body.messages[1].content[0].text, 'Once upon a time')
  const thinks = sent(t, { messages, reasoning_effort: 'low' }).body
  t.equal(thinks.messages.length, 2)
  t.equal(thinks.thinking, undefined, 'a model that thinks cannot go on from there')
})

t.test('A7: nothing empty is sent, with a mark or without', async t => {
  // experientiallabs/experiential#799
  // https://github.com/vercel/eve/issues/2753 https://github.com/askalf/dario/issues/1066
  const marked = { type: 'text', text: '', cache_control: { type: 'ephemeral' } }
  const { body } = sent(t, {
    tools,
    messages: [
      { role: 'system', content: [marked, { type: 'text', text: ' ' }] },
      user([marked, { type: 'text', text: 'go' }]),
      assistant('  ', { tool_calls: [call('a')] }),
      result('a', ''),
      assistant(''),
      user(' '),
    ],
  })
  t.equal(body.system, undefined)
  t.same(body.messages[0].content, [{ type: 'text', text: 'go' }])
  t.same(body.messages[2].content, [{ type: 'tool_result', tool_use_id: 'a' }])
  t.equal(body.messages.length, 3)
})

t.test('A8: a stop of nothing but white space is left out', async t => {
  // https://github.com/BerriAI/litellm/issues/3286 https://github.com/BerriAI/litellm/issues/7484
  const { body, dropped } = sent(t, { stop: ['\n', '', 'END'] })
  t.same(body.stop_sequences, ['END'])
  t.same(dropped, ['stop'])
  t.equal(sent(t, { stop: '\n\n' }).body.stop_sequences, undefined)
})

t.test('A9: each part of what the system says keeps its mark', async t => {
  // https://github.com/envoyproxy/ai-gateway/issues/2193
  const mark = { cache_control: { type: 'ephemeral', ttl: '1h' } }
  const { body } = sent(t, {
    messages: [
      {
        role: 'system',
        content: [
          { type: 'text', text: 'a' },
          { type: 'text', text: 'b', ...mark },
        ],
      },
      { role: 'developer', content: 'c' },
      user('go'),
    ],
  })
  t.same(body.system, [
    { type: 'text', text: 'a' },
    { type: 'text', text: 'b', ...mark },
    { type: 'text', text: 'c' },
  ])
})

t.test('A10: a model gets an effort that it has', async t => {
  // "Supported levels: high, low, max, medium"
  const effort = (reasoning_effort: string, model: string) =>
    sent(t, { reasoning_effort }, model).body.output_config?.effort
  t.equal(effort('xhigh', opus46), 'high')
  t.equal(effort('xhigh', opus5), 'xhigh')
  t.equal(effort('minimal', opus5), 'low')
  t.equal(effort('high', sonnet45), undefined)
  t.same(sent(t, { reasoning_effort: 'none' }, opus5).body.thinking, { type: 'disabled' })
  t.equal(sent(t, { reasoning_effort: 'high', max_tokens: 1024 }).body.thinking, undefined)
  t.equal(sent(t, { reasoning_effort: 'max', max_tokens: 2000 }).body.thinking.budget_tokens, 1999)
})

t.test('O2: names of tools that are too long are sent shorter, and come back whole', async t => {
  // https://github.com/agentgateway/agentgateway/issues/2379 https://github.com/packit/ai-workflows/issues/619
  const name = `mcp__${'server.'.repeat(12)}tool`
  const tool = { type: 'function', function: { name, parameters: {} } }
  const choice = { type: 'function', function: { name } }
  const { body } = sent(t, { tools: [tool, tool], tool_choice: choice })
  t.equal(body.tools.length, 1, 'two tools of one name would be refused')
  t.equal(body.tool_choice.name, body.tools[0].name)
})

t.test('O3: who the user is comes in a form that is taken', async t => {
  // aattaran/deepclaude#17, ujisati/claude-code-provider-proxy#11
  // https://github.com/looplj/axonhub/issues/1669
  const id = (user: string) => sent(t, { user }).body.metadata.user_id
  t.equal(id('user_1'), 'user_1')
  t.match(id('ann@example.com'), /^[0-9a-f]{64}$/)
  t.match(id('x'.repeat(600)), /^[0-9a-f]{64}$/)
})
