import type { Answering } from '../codec.ts'
import { argsAsInput } from '../custom-tools.ts'
import type { OpenBlock, Part, ReasoningPart, ToolCallPart } from '../message.ts'
import { seal } from '../sealed.ts'
import { asArray, asText, type Json } from '../values.ts'
import { namespacesOf } from './tools.ts'

/** How the ids of reasoning begin that no model of OpenAI's made. */
export const ownReasoning = 'rs_gw'

/** Makes the items of a response's output, as this client can read them. */
export class Items {
  readonly #answering: Answering
  readonly #custom: ReadonlySet<string>
  readonly #namespaces: ReturnType<typeof namespacesOf>
  readonly #sealed: boolean

  constructor(answering: Answering) {
    const { raw, request } = answering
    this.#answering = answering
    this.#custom = new Set(
      request.tools.filter(tool => tool.kind === 'custom').map(tool => tool.name),
    )
    this.#namespaces = namespacesOf(raw)
    this.#sealed = asArray(raw['include']).includes('reasoning.encrypted_content')
  }

  newId(prefix: string): string {
    return this.#answering.newId(prefix)
  }

  /** A call of a tool that the client offered as a custom one. */
  isCustom({ kind, name }: Extract<OpenBlock, { t: 'tool_call' }>): boolean {
    return kind === 'custom' || this.#custom.has(name)
  }

  /** A call; without `args` one that has just begun. */
  call(id: string, call: Extract<OpenBlock, { t: 'tool_call' }>, args?: string): Json {
    const { namespace, name } = this.#namespaces.get(call.name) ?? { name: call.name }
    const head = { id, call_id: call.id, name, ...(namespace ? { namespace } : {}) }
    const status = args === undefined ? 'in_progress' : 'completed'
    return this.isCustom(call)
      ? { type: 'custom_tool_call', status, ...head, input: inputOf(call, args ?? '') }
      : { type: 'function_call', status, ...head, arguments: args === '' ? '{}' : (args ?? '') }
  }

  message(id: string, content: readonly Json[], status: 'in_progress' | 'completed'): Json {
    return { type: 'message', id, status, role: 'assistant', content }
  }

  /** Whether the client gets this proof, to send it again. */
  isSealed(signed: Partial<ReasoningPart>): boolean {
    return this.#sealed && proofOf(signed) !== undefined
  }

  reasoning(id: string, texts: readonly string[], signed: Partial<ReasoningPart>): Json {
    const sealed = this.#sealed ? proofOf(signed) : undefined
    return {
      type: 'reasoning',
      id,
      summary: texts.map(text => ({ type: 'summary_text', text })),
      ...(sealed === undefined ? {} : { encrypted_content: sealed }),
    }
  }

  image(base64: string): Json {
    return {
      type: 'image_generation_call',
      id: this.newId('ig_'),
      status: 'completed',
      result: base64,
    }
  }

  /** The output of a whole answer. */
  all(parts: readonly Part[]): Json[] {
    const output: Json[] = []
    let content: Json[] | undefined
    for (const part of parts) {
      if (part.t === 'text' || part.t === 'refusal') {
        if (!content) {
          content = []
          output.push(this.message(this.newId('msg_'), content, 'completed'))
        }
        content.push(
          part.t === 'text'
            ? textPart(
                part.text,
                (part.citations ?? []).flatMap(c => annotation(c, part.text)),
              )
            : { type: 'refusal', refusal: part.text },
        )
        continue
      }
      content = undefined
      if (part.t === 'reasoning') {
        if (part.text === '' && !this.isSealed(part)) continue
        const texts = part.text === '' ? [] : [part.text]
        output.push(this.reasoning(part.id ?? this.newId(ownReasoning), texts, part))
      } else if (part.t === 'tool_call') output.push(this.#wholeCall(part))
      else if (part.t === 'image' && 'base64' in part.source) {
        output.push(this.image(part.source.base64))
      }
    }
    return output
  }

  #wholeCall(part: ToolCallPart): Json {
    if (part.signature) this.#answering.memory.remember(part.id, part.signature)
    return this.call(this.newId(this.isCustom(part) ? 'ctc_' : 'fc_'), part, part.args)
  }
}

/** OpenAI's own proof as it is, anybody else's under that vendor's name; undefined where there is none to keep. */
function proofOf({ signature, redacted }: Partial<ReasoningPart>): string | undefined {
  const proof = redacted ?? signature
  if (proof?.vendor === 'openai') return proof.value
  return proof && seal({ signature: proof, redacted: redacted !== undefined })
}

export const textPart = (text: string, annotations: readonly Json[] = []): Json => ({
  type: 'output_text',
  text,
  annotations,
  logprobs: [],
})

/** What a model wrote as the input of a custom tool. */
export const inputOf = ({ kind }: Pick<ToolCallPart, 'kind'>, args: string): string =>
  kind === 'custom' || args === '' ? args : argsAsInput(args)

/** A citation of a page, whoever wrote it, as Responses has them. */
export function annotation(citation: unknown, text: string): Json[] {
  const { url, title } = (citation ?? {}) as Json
  if (asText(url) === undefined) return []
  return [
    {
      type: 'url_citation',
      url,
      title: asText(title) ?? '',
      start_index: text.length,
      end_index: text.length,
    },
  ]
}
