// Recorded answers of vendors, sent as they were, and asked for by every official SDK of another vendor: each hears the same
// text, thoughts, calls, end and usage as stand in the recording. Another folder of recordings: RECORDED=FOLDER.

import { fileURLToPath } from 'node:url'
import t from 'tap'
import { SseDecoder } from '../../src/wire/sse.ts'
import { readChat } from '../fixtures/chat-validator.ts'
import { type Gateway, gateway } from '../fixtures/gateway.ts'
import { geminiFaults } from '../fixtures/gemini-validator.ts'
import { validMessages } from '../fixtures/messages-validator.ts'
import { openResponsesFaults } from '../fixtures/open-responses.ts'
import { type End, type Host, type Recording, recordingsIn } from '../fixtures/recorded.ts'
import { responsesFaults } from '../fixtures/responses-validator.ts'
import { type Client, clients, type Told } from '../fixtures/sdk-clients.ts'
import { vendorConfig, vendorKeys } from '../fixtures/strict-vendors.ts'
import { upstream } from '../fixtures/upstream.ts'

const folder =
  process.env['RECORDED'] ?? fileURLToPath(new URL('../fixtures/recorded', import.meta.url))

const models: Readonly<Record<Host, string>> = {
  anthropic: 'anthropic/claude-opus-4-8',
  invoke: 'bedrock/anthropic.claude-opus-4-8-v1:0',
  gemini: 'gemini/gemini-3-pro-preview',
  responses: 'openai/gpt-5',
  converse: 'bedrock/amazon.titan-next-v1:0',
  chat: 'vllm/Qwen/Qwen3-32B',
}
const config = (url: string): string => `${vendorConfig(url)}fallback: { attempts: 1 }
aliases: { ${Object.entries(models)
  .map(([vendor, model]) => `it-${vendor}: "${model}"`)
  .join(', ')} }
`

/** The words of each client for an end. */
const ends: Readonly<
  Record<keyof typeof clients, Readonly<Record<Exclude<End, 'error'>, string>>>
> = {
  chat: { stop: 'stop', length: 'length', tools: 'tool_calls', filter: 'content_filter' },
  responses: {
    stop: 'completed',
    length: 'incomplete',
    tools: 'completed',
    filter: 'incomplete',
  },
  messages: { stop: 'end_turn', length: 'max_tokens', tools: 'tool_use', filter: 'refusal' },
  gemini: { stop: 'STOP', length: 'MAX_TOKENS', tools: 'STOP', filter: 'SAFETY' },
  ollama: { stop: 'stop', length: 'length', tools: 'stop', filter: 'content_filter' },
}

const turns = [{ role: 'user', content: 'Hi' }]
/** The faults of a stream as each client reads it. */
const faults: Readonly<Record<string, (gw: Gateway, model: string) => Promise<string[]>>> = {
  async chat(gw, model) {
    const asked = { model, messages: turns, stream: true, stream_options: { include_usage: true } }
    const reply = await gw.post('/v1/chat/completions', asked)
    return reply.status === 200 ? readChat(reply.text).faults : []
  },
  async responses(gw, model) {
    const reply = await gw.post('/v1/responses', { model, input: 'Hi', stream: true })
    if (reply.status !== 200) return []
    const events = new SseDecoder().push(Buffer.from(reply.text))
    return [
      ...responsesFaults(reply.text),
      ...events.flatMap(({ data }) => openResponsesFaults('event', JSON.parse(data))),
    ]
  },
  async messages(gw, model) {
    const thinking = { type: 'adaptive' }
    const asked = { model, messages: turns, max_tokens: 9000, thinking, stream: true }
    const reply = await gw.post('/v1/messages', asked)
    if (reply.status === 200) validMessages(reply.text, { lenient: true })
    return []
  },
  async gemini(gw, model) {
    const asked = {
      contents: [{ role: 'user', parts: [{ text: 'Hi' }] }],
      generationConfig: { thinkingConfig: { includeThoughts: true } },
    }
    const reply = await gw.post(`/v1beta/models/${model}:streamGenerateContent?alt=sse`, asked)
    return reply.status === 200 ? geminiFaults(reply.text, true) : []
  },
}

/** Whether a client's request goes to a vendor in another protocol. */
const translated = (asking: string, { own }: Client, vendor: Host): boolean =>
  own !== (vendor === 'invoke' ? 'anthropic' : vendor) &&
  !(vendor === 'responses' && asking === 'chat')

for (const recording of recordingsIn(folder)) {
  const { vendor, name, bytes, type, says } = recording
  t.test(`${vendor}/${name}`, async t => {
    const up = await upstream(t, ({ response }) => {
      response.writeHead(200, { 'content-type': type })
      // In pieces, as they come over a wire.
      for (let at = 0; at < bytes.length; at += 1000) response.write(bytes.subarray(at, at + 1000))
      response.end()
    })
    const gw = await gateway(t, config(up.url), vendorKeys)
    for (const [asking, client] of Object.entries(clients)) {
      if (!translated(asking, client, vendor)) continue
      t.strictSame((await faults[asking]?.(gw, `it-${vendor}`)) ?? [], [], `${asking}, its events`)
      if (says.end !== 'error' && (asking === 'chat' || asking === 'responses')) {
        const { cached, reasoned } = says
        const parts = await partsOf(gw, asking, `it-${vendor}`)
        t.strictSame(parts, { cached, reasoned }, `${asking}, its counts`)
      }
      for (const stream of [true, false]) {
        const how = `${asking}, ${stream ? 'streamed' : 'whole'}`
        // OpenAI's SDK throws where an answer that it was to parse is not whole.
        const tools = says.end === 'tools'
        const ask = client.ask(gw.url, { tools, think: true, model: `it-${vendor}` }, stream)
        if (says.end === 'error') {
          await t.rejects(ask, how)
          continue
        }
        const told = await ask.catch(error => {
          t.fail(`${how}: ${error.message}`)
        })
        if (told) t.strictSame(counted(told), expected(asking as 'chat', recording, told), how)
      }
    }
  })
}

/** What of the counts was cached and thought, as a client of OpenAI's is told. */
async function partsOf(gw: Gateway, asking: string, model: string): Promise<object> {
  const { json } =
    asking === 'chat'
      ? await gw.post('/v1/chat/completions', { model, messages: turns })
      : await gw.post('/v1/responses', { model, input: 'Hi' })
  const { usage } = json
  return {
    cached: (usage.prompt_tokens_details ?? usage.input_tokens_details).cached_tokens,
    reasoned: (usage.completion_tokens_details ?? usage.output_tokens_details).reasoning_tokens,
  }
}

/** Ollama leaves out a count that nobody told. */
const counted = ({ usage, ...told }: Told): Told => ({
  ...told,
  usage: { input: usage.input ?? 0, output: usage.output ?? 0 },
})

function expected(asking: keyof typeof clients, { says }: Recording, told: Told): Told {
  const { text, thought, refusal, calls, usage, end } = says
  // Only OpenAI's have a place of its own for it.
  const among = asking !== 'chat' && asking !== 'responses'
  return {
    text: among ? text + refusal : text,
    thought,
    // Of arguments that broke off each says what it can; Ollama's clients take none but whole ones.
    calls: calls
      .filter(({ args }) => args !== undefined || asking !== 'ollama')
      .map(({ name, args }, i) => ({ name, args: args ?? told.calls[i]?.args })),
    finish: ends[asking][asking === 'messages' && refusal ? 'filter' : (end as 'stop')],
    usage: usage ?? counted(told).usage,
  }
}
