import type { Answering } from '../codec.ts'
import { dataUrl } from '../data-url.ts'
import type { Answer } from '../message.ts'
import { asObject, type Json } from '../values.ts'
import { finishWord } from './finish.ts'
import { annotationOf, callOf, imageOf, isLegacy, proofOf } from './said.ts'
import { chatUsage } from './usage.ts'

/** A whole answer as a chat completion. PROTOCOLS 3.2 */
export function encodeAnswer(answer: Answer, answering: Answering, at: number): Json {
  const { parts, finish, usage } = answer
  const legacy = isLegacy(answering.raw)
  const message = messageOf(answer, answering)
  const word = finishWord(
    finish.reason,
    parts.some(part => part.t === 'tool_call'),
  )
  return {
    id: answer.id ?? answering.newId('chatcmpl-'),
    object: 'chat.completion',
    created: answer.created ?? Math.floor(at / 1000),
    model: answering.model ?? answer.model ?? answering.target,
    choices: [
      {
        index: 0,
        message,
        logprobs: null,
        finish_reason: legacy && word === 'tool_calls' ? 'function_call' : word,
      },
    ],
    usage: chatUsage(usage),
  }
}

function messageOf({ parts, finish }: Answer, { raw, memory }: Answering): Json {
  let content: string | null = null
  let refusal: string | null = null
  let reasoning = ''
  const lists: Record<string, Json[]> = {}
  const add = (name: string, items: readonly (Json | undefined)[] = []): void => {
    const there = items.filter(item => item !== undefined)
    if (there.length > 0) lists[name] = [...(lists[name] ?? []), ...there]
  }
  for (const part of parts) {
    switch (part.t) {
      case 'text': {
        const start: number = content?.length ?? 0
        content = (content ?? '') + part.text
        const end = content.length
        add(
          'annotations',
          part.citations?.map(value => annotationOf(asObject(value) ?? {}, start, end)),
        )
        break
      }
      case 'reasoning': {
        reasoning += part.text
        const { thinking_blocks, reasoning_details } = proofOf(part)
        add('thinking_blocks', thinking_blocks)
        add('reasoning_details', reasoning_details)
        break
      }
      case 'refusal':
        refusal = (refusal ?? '') + part.text
        break
      case 'tool_call': {
        if (part.signature) memory.remember(part.id, part.signature)
        const args = part.args === '' && part.kind === 'function' ? '{}' : part.args
        add('tool_calls', [callOf(part, args, part.signature)])
        break
      }
      case 'image':
        if ('base64' in part.source)
          add('images', [imageOf(dataUrl(part.source.mime, part.source.base64))])
        break
    }
  }
  const { tool_calls, ...others } = lists
  return {
    role: 'assistant',
    content,
    refusal: refusal ?? (finish.reason === 'filter' ? (finish.detail ?? null) : null),
    ...(reasoning === '' ? {} : { reasoning_content: reasoning }),
    ...others,
    ...(tool_calls &&
      (isLegacy(raw) ? { function_call: tool_calls[0]!['function'] } : { tool_calls })),
  }
}
