// A request of OpenAI's Responses API -> the message model. PROTOCOLS 3.8
// https://platform.openai.com/docs/api-reference/responses/create

import { addAll } from '../../add-all.ts'
import { GatewayError } from '../../errors.ts'
import { flatMapInSteps, type Steps } from '../../wire/steps.ts'
import { exactJsonInSteps } from '../exact.ts'
import type {
  Effort,
  Format,
  Message,
  ModelRequest,
  Part,
  ReasoningPart,
  ToolCallPart,
  ToolChoice,
  ToolResultPart,
} from '../message.ts'
import { unseal } from '../sealed.ts'
import { asArray, asNumber, asObject, asText, type Json } from '../values.ts'
import { toolsOf } from './tools.ts'

/** What cannot be had without the state that OpenAI keeps. */
const stateful = ['previous_response_id', 'conversation', 'prompt']

/** Hints that nobody else knows. */
const hints = [
  'context_management',
  'max_tool_calls',
  'prompt_cache_retention',
  'stream_options',
  'truncation',
]

export function* decodeRequest(body: Json, model: string): Steps<ModelRequest> {
  for (const field of stateful) {
    if (body[field] !== undefined && body[field] !== null) {
      throw untranslatable(
        field,
        'only OpenAI has what it points to',
        'send the whole conversation',
      )
    }
  }
  if (body['background'] === true) throw untranslatable('background', 'only OpenAI runs it so')
  if ((asNumber(body['top_logprobs']) ?? 0) > 0) {
    throw untranslatable('top_logprobs', 'there are no logprobs on the other side')
  }
  const input = new Input()
  const instructions = asText(body['instructions'])
  if (instructions) input.add('system', [{ t: 'text', text: instructions }])
  if (typeof body['input'] === 'string') input.add('user', [{ t: 'text', text: body['input'] }])
  else {
    for (const item of asArray(body['input'])) {
      yield* input.item(asObject(item) ?? {})
      yield
    }
  }
  const { tools, choice } = choiceOf(body, toolsOf([...asArray(body['tools']), ...input.tools]))
  const text = asObject(body['text'])
  const reasoning = asObject(body['reasoning'])
  const effort = asText(reasoning?.['effort']) as Effort | undefined
  const show = asText(reasoning?.['summary'])
  return {
    model,
    messages: input.messages,
    tools,
    stream: body['stream'] === true,
    includeUsage: true,
    extra: {},
    dropped: hints.filter(field => isSaid(body[field], field)),
    ...defined({
      toolChoice: choice,
      parallelToolCalls: asBoolean(body['parallel_tool_calls']),
      maxTokens: asNumber(body['max_output_tokens']),
      temperature: asNumber(body['temperature']),
      topP: asNumber(body['top_p']),
      format: formatOf(asObject(text?.['format'])),
      reasoning: effort || show ? defined({ effort, show }) : undefined,
      verbosity: asText(text?.['verbosity']),
      user: asText(body['safety_identifier']) ?? asText(body['user']),
      tier: asText(body['service_tier']),
      cacheKey: asText(body['prompt_cache_key']),
    }),
  }
}

/** `truncation: disabled` says nothing that is not so anyway. */
const isSaid = (value: unknown, field: string): boolean =>
  value !== undefined && value !== null && !(field === 'truncation' && value === 'disabled')

class Input {
  readonly messages: Message[] = []
  /** Tools that stand among the items, as Codex sends them. */
  readonly tools: unknown[] = []
  readonly #open: { role: Message['role']; parts: Part[] }[] = []

  /** Items that follow each other from one side are one turn: other vendors refuse them apart. */
  add(role: Message['role'], parts: readonly Part[]): void {
    const last = this.#open.at(-1)
    if (last?.role === role && role !== 'system') addAll(last.parts, parts)
    else {
      const message = { role, parts: [...parts] }
      this.#open.push(message)
      this.messages.push(message)
    }
  }

  #call(id: string, name: string, args: string, kind: ToolCallPart['kind'] = 'function'): void {
    this.add('assistant', [{ t: 'tool_call', id, name, args, kind }])
  }

  *item(item: Json): Steps<void> {
    const type = asText(item['type']) ?? 'message'
    const callId = asText(item['call_id']) ?? asText(item['id']) ?? ''
    switch (type) {
      case 'message':
        this.add(roleOf(item), yield* contentParts(item['content']))
        return
      case 'function_call':
        this.#call(callId, nameOf(item), asText(item['arguments']) ?? '')
        return
      case 'custom_tool_call':
        this.#call(callId, nameOf(item), asText(item['input']) ?? '', 'custom')
        return
      case 'local_shell_call':
      case 'shell_call':
      case 'apply_patch_call': {
        const action = item['action'] ?? item['operation'] ?? {}
        this.#call(callId, type.slice(0, -'_call'.length), yield* exactJsonInSteps(action))
        return
      }
      case 'function_call_output':
      case 'custom_tool_call_output':
      case 'local_shell_call_output':
      case 'shell_call_output':
      case 'apply_patch_call_output':
        this.add('user', [
          { t: 'tool_result', id: callId, parts: yield* outputParts(item['output']) },
        ])
        return
      case 'reasoning':
        this.add('assistant', [reasoningPart(item)])
        return
      case 'additional_tools':
        addAll(this.tools, asArray(item['tools']))
        return
      case 'item_reference':
        throw untranslatable(
          'input[].item_reference',
          'only OpenAI has the item',
          'send the item itself',
        )
      default:
        // Calls of tools that OpenAI runs itself, and what it compacted: nobody else can go on from them.
        return
    }
  }
}

const roleOf = ({ role }: Json): Message['role'] =>
  role === 'assistant' ? 'assistant' : role === 'system' || role === 'developer' ? 'system' : 'user'

const nameOf = (item: Json): string => {
  const namespace = asText(item['namespace'])
  const name = asText(item['name']) ?? ''
  return namespace && namespace !== 'functions' ? `${namespace}__${name}` : name
}

type Content = Exclude<ToolResultPart['parts'][number], { t: 'opaque' }> | Part

function* contentParts(content: unknown): Steps<Content[]> {
  if (typeof content === 'string') return content === '' ? [] : [{ t: 'text', text: content }]
  return yield* flatMapInSteps(asArray(content), value => [contentPart(asObject(value) ?? {})])
}

function contentPart(part: Json): Content {
  switch (part['type']) {
    case 'input_text':
    case 'output_text':
    case 'text':
      return { t: 'text', text: String(part['text'] ?? '') }
    case 'refusal':
      return { t: 'refusal', text: String(part['refusal'] ?? '') }
    case 'input_image':
      return {
        t: 'image',
        source: sourceOf(asText(part['image_url']), asText(part['file_id']), 'image/png'),
        ...defined({ detail: asText(part['detail']) }),
      }
    case 'input_file':
      return {
        t: 'file',
        source: sourceOf(
          asText(part['file_data']) ?? asText(part['file_url']),
          asText(part['file_id']),
          'application/pdf',
        ),
        ...defined({ name: asText(part['filename']) }),
      }
    case 'input_audio': {
      const audio = asObject(part['input_audio']) ?? part
      return {
        t: 'audio',
        base64: asText(audio['data']) ?? '',
        format: asText(audio['format']) ?? 'wav',
      }
    }
    default:
      throw untranslatable(
        `content of type ${String(part['type'])}`,
        'the gateway does not know it',
      )
  }
}

function sourceOf(url: string | undefined, fileId: string | undefined, mime: string) {
  if (fileId !== undefined) return { fileId, vendor: 'openai' as const }
  const data = /^data:([^;,]*)[^,]*,(.*)$/s.exec(url ?? '')
  if (data) return { base64: data[2]!, mime: data[1] || mime }
  if (url !== undefined && /^https?:/i.test(url)) return { url }
  return { base64: url ?? '', mime }
}

/** The result of a tool is a text, or parts as a user's message has them. */
function* outputParts(output: unknown): Steps<ToolResultPart['parts']> {
  if (typeof output === 'string' || Array.isArray(output)) {
    return (yield* contentParts(output)).map(ofResult)
  }
  return [{ t: 'text', text: yield* exactJsonInSteps(output ?? '') }]
}

function ofResult(part: Content): ToolResultPart['parts'][number] {
  if (part.t === 'text' || part.t === 'image' || part.t === 'file') return part
  if (part.t === 'refusal') return { t: 'text', text: part.text }
  throw untranslatable('output', `the result of a tool cannot have a part "${part.t}"`)
}

function reasoningPart(item: Json): ReasoningPart {
  const text = (parts: unknown): string =>
    asArray(parts)
      .map(part => asText(asObject(part)?.['text']) ?? '')
      .join('\n\n')
  const own = text(item['content'])
  const sealed = asText(item['encrypted_content'])
  return {
    t: 'reasoning',
    text: own || text(item['summary']),
    ...(own ? {} : { summary: true }),
    ...defined({ id: asText(item['id']) }),
    ...(sealed ? proofOf(sealed) : {}),
  }
}

/** What no other vendor sealed is OpenAI's own. */
function proofOf(text: string): Pick<ReasoningPart, 'signature' | 'redacted'> {
  const sealed = unseal(text)
  if (sealed?.redacted) return { redacted: sealed.signature }
  return { signature: sealed?.signature ?? { vendor: 'openai', value: text } }
}

function formatOf(format: Json | undefined): Format | undefined {
  if (format?.['type'] === 'json_object') return { kind: 'json' }
  if (format?.['type'] !== 'json_schema') return undefined
  return {
    kind: 'schema',
    name: asText(format['name']) ?? 'output',
    schema: asObject(format['schema']) ?? {},
    ...defined({
      strict: asBoolean(format['strict']),
      description: asText(format['description']),
    }),
  }
}

function choiceOf(
  body: Json,
  tools: ModelRequest['tools'],
): { readonly tools: ModelRequest['tools']; readonly choice: ToolChoice | undefined } {
  const said = body['tool_choice']
  if (typeof said === 'string') return { tools, choice: modeOf(said) }
  const choice = asObject(said)
  const name = asText(choice?.['name'])
  if (choice?.['type'] === 'allowed_tools') {
    const allowed = new Set(asArray(choice['tools']).map(tool => asText(asObject(tool)?.['name'])))
    return {
      tools: tools.filter(tool => allowed.has(tool.name)),
      choice: modeOf(asText(choice['mode'])),
    }
  }
  return { tools, choice: name === undefined ? undefined : { mode: 'tool', name } }
}

const modeOf = (word: string | undefined): ToolChoice | undefined =>
  word === 'required'
    ? { mode: 'any' }
    : word === 'auto' || word === 'none'
      ? { mode: word }
      : undefined

const asBoolean = (value: unknown): boolean | undefined =>
  typeof value === 'boolean' ? value : undefined

/** Without the members that are undefined. */
function defined<T extends object>(value: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(
    Object.entries(value).filter(([, member]) => member !== undefined),
  ) as never
}

const untranslatable = (field: string, reason: string, hint?: string): GatewayError =>
  new GatewayError('untranslatable', { field, reason, hint })
