// What other vendors' models left in a conversation that passes in its client's own protocol.

import t from 'tap'
import { factsFor } from '../../src/translate/facts.ts'
import { foreignIn } from '../../src/translate/foreign.ts'
import { unsigned } from '../../src/translate/gemini/signature.ts'
import { quirksFor } from '../../src/translate/quirks.ts'
import { seal } from '../../src/translate/sealed.ts'
import { traces } from '../../src/translate/traces.ts'
import { applySplices, scanBody } from '../../src/wire/json.ts'
import type { Protocol } from '../../src/wire/protocol.ts'
import { atOnce } from '../../src/wire/steps.ts'

const mended = (protocol: Protocol, model: string, preset: string, body: string): string => {
  const bytes = Buffer.from(body)
  const to = { model, facts: factsFor(model), quirks: quirksFor(preset) }
  const scan = scanBody(bytes, traces[protocol])
  const steps = foreignIn({ bytes, scan }, protocol, to)
  return applySplices(bytes, steps ? atOnce(steps) : []).toString()
}

const sealed = seal({ signature: { vendor: 'google', value: 'c2ln' } })
const ofGoogle = JSON.stringify({ type: 'thinking', thinking: 'hm', signature: sealed })
const ofNobody = '{"type":"thinking","thinking":"hm","signature": ""}'
const own = '{ "type":"thinking" , "thinking":"hm","signature":"EqQB" }'
const hidden = JSON.stringify({ type: 'redacted_thinking', data: sealed })
const text = '{"type":"text","text":"gw1. is no trace here, nor \\"signature\\":\\"\\""}'
const use = '{"type":"tool_use","id":"t","name":"n","input":{"n":1.0}}'
const result = '{"role":"user","content":[{"type":"tool_result","tool_use_id":"t"}]}'
const said = (...blocks: string[]): string =>
  `{"role":"assistant","content":[${blocks.join(' , ')}]}`
const messages = (turns: readonly string[], more = ''): string =>
  `{"model":"m", "messages":[${turns.join(',\n')}]${more}}`

t.test('A4: no thinking of another signer reaches Anthropic, and its own stays', async t => {
  // diegosouzapw/OmniRoute#12386, router-for-me/CLIProxyAPI#570, fawney19/Aether#115
  const claude = (body: string) => mended('messages', 'claude-opus-4-8', 'anthropic', body)
  const history = [said(ofGoogle, own, hidden, ofNobody, text), said(ofNobody), result]
  t.equal(claude(messages(history)), messages([said(own, text), result]))
  t.equal(claude(messages([result, said(own), said(ofGoogle)])), messages([result, said(own)]))
  t.equal(claude(messages([said(own, text), result])), messages([said(own, text), result]))
  // Who signs nothing wants back what nobody signed.
  const open = mended('messages', 'deepseek-chat', 'deepseek', messages([said(ofNobody, hidden)]))
  t.equal(open, messages([said(ofNobody)]))
})

t.test('A3: no thinking is asked for where the turn with the calls had none', async t => {
  // anomalyco/opencode#3077
  const asked = ',"thinking":{"type":"enabled","budget_tokens":1024}'
  const claude = (turns: readonly string[], more = asked) =>
    mended('messages', 'claude-sonnet-4-5', 'anthropic', messages(turns, more))
  t.equal(claude([said(ofGoogle, use), result]), messages([said(use), result]))
  t.equal(claude([said(use), result]), messages([said(use), result]))
  const signed = [said(own, use), result]
  t.equal(claude(signed), messages(signed, asked))
  const spoken = [said(text), '{"role":"user","content":"Hi"}']
  t.equal(claude(spoken), messages(spoken, asked))
  const adaptive = ',"thinking":{"type":"adaptive"}'
  t.equal(claude([said(use), result], adaptive), messages([said(use), result], adaptive))
})

t.test('fields of others are taken from those who refuse them, and from nobody else', async t => {
  const call = (id: string, more = '') =>
    `{"id":"${id}","type":"function","function":{"name":"n","arguments":"{}"}${more}}`
  const body = (assistant: string, rest = '') =>
    `{"messages":[{"role":"assistant",${assistant}}${rest}],"x":1.0}`
  const extra = ',"extra_content":{"google":{"thought_signature":"s"}}'
  const full = body(
    `"content":"x","reasoning_content":"hm","tool_calls":[${call('call_1', extra)}],"thinking_blocks":[]`,
  )
  const plain = body(`"content":"x","tool_calls":[${call('call_1')}]`)
  t.equal(mended('chat', 'gpt-4o', 'openai', full), plain)
  t.equal(mended('chat', 'm', 'openrouter', full), full)
  t.equal(mended('chat', 'm', 'nobody', full), full)
  // Q3: anomalyco/opencode#1680
  const nine = mended(
    'chat',
    'mistral-large-latest',
    'mistral',
    body(`"tool_calls":[${call('toolu_01abc')}]`, ',{"role":"tool","tool_call_id":"toolu_01abc"}'),
  )
  const [, id] = /"tool_call_id":"([a-zA-Z0-9]{9})"/.exec(nine)!
  t.match(nine, `"id":"${id}"`)
  const kept = body(`"tool_calls":[${call('abcdefgh9')}]`)
  t.equal(mended('chat', 'm', 'mistral', kept), kept)
})

t.test('reasoning that OpenAI did not seal is not sent there', async t => {
  const items = [
    '{"type":"reasoning","id":"rs_gwabc","summary":[]}',
    `{"type":"reasoning","id":"rs_1","summary":[],"encrypted_content":"${sealed}"}`,
    '{"type":"reasoning","id":"rs_68","summary":[],"encrypted_content":"gAAAA"}',
    '{"role":"user","content":"rs_gw"}',
  ]
  const body = (list: readonly string[]) => `{"input":[${list.join(', ')}],"model":"m"}`
  t.equal(mended('responses', 'gpt-5', 'openai', body(items)), body(items.slice(2)))
  t.equal(mended('responses', 'gpt-5', 'openai', '{"input":"rs_gw"}'), '{"input":"rs_gw"}')
})

t.test('G1: what others signed is said to be not signed by Google', async t => {
  const foreign = Buffer.from(sealed).toString('base64')
  const thought = `{"text":"hm","thought":true,"thoughtSignature":"${foreign}"}`
  const call = (signature: string) =>
    `{"functionCall":{"name":"n","args":{}},"thoughtSignature":"${signature}"}`
  const body = (...parts: string[]) =>
    `{"contents":[{"role":"user","parts":[{"text":"Hi"}]},{"role":"model","parts":[${parts.join(',')}]}]}`
  const to = (model: string, text: string) => mended('gemini', model, 'gemini', text)
  t.equal(to('gemini-3-pro-preview', body(thought, call(foreign))), body(call(unsigned)))
  t.equal(to('gemini-3-pro-preview', body(call('c2ln'))), body(call('c2ln')))
  t.equal(
    to('gemini-3-pro-preview', body(thought)),
    '{"contents":[{"role":"user","parts":[{"text":"Hi"}]}]}',
  )
  // The way around the check is of the models that check.
  t.equal(
    to('gemini-2.5-pro', body(call(unsigned), call(foreign))),
    body('{"functionCall":{"name":"n","args":{}}}', '{"functionCall":{"name":"n","args":{}}}'),
  )
})
