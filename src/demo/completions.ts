import { chatClient } from '../translate/chat/client.ts'
import { asObject } from '../translate/values.ts'
import { encodeSse } from '../wire/sse.ts'
import { answer } from './answers.ts'
import { type Answer, type Body, integer, invalid, modelOf, type Understood } from './api.ts'
import { idsFor } from './conversation.ts'
import { cut } from './script.ts'
import { snapshotOf } from './snapshots.ts'
import { countTokens } from './tokens.ts'

/** `POST /v1/completions`: the older form, one prompt or several. `now` in milliseconds. */
export function completions(body: Body, now: number): Understood {
  const model = modelOf(body)
  const says = promptsOf(body['prompt'])
  return { model, says, answer: () => complete(body, says, { model: snapshotOf(model), now }) }
}

function complete(
  body: Body,
  prompts: readonly string[],
  { model, now }: { readonly model: string; readonly now: number },
): Answer {
  const count = integer(body, 'n', 1, 128) ?? 1
  const limit = integer(body, 'max_tokens', 1) ?? Number.POSITIVE_INFINITY
  const stop = [body['stop']].flat().filter(stop => typeof stop === 'string')
  const choices = prompts.flatMap(prompt =>
    Array.from({ length: count }, (_, variant) =>
      cut(answer({ prompt, system: '', toolResult: undefined, variant }), { stop, limit }),
    ),
  )
  const common = {
    id: idsFor(body)('cmpl-'),
    object: 'text_completion',
    created: Math.floor(now / 1000),
    model,
  }
  const prompt_tokens = prompts.reduce((sum, prompt) => sum + countTokens(prompt), 0)
  const completion_tokens = choices.reduce((sum, { pieces }) => sum + pieces.length, 0)
  const total_tokens = prompt_tokens + completion_tokens
  const usage = { prompt_tokens, completion_tokens, total_tokens }
  const one = (index: number, text: string, finish: string | null) => ({
    text,
    index,
    logprobs: null,
    finish_reason: finish,
  })
  if (body['stream'] !== true) {
    const list = choices.map(({ pieces, finish }, index) =>
      one(index, pieces.join(''), finish.reason),
    )
    return { json: { ...common, choices: list, usage } }
  }
  const withUsage = asObject(body['stream_options'])?.['include_usage'] === true
  const chunk = (...choice: Parameters<typeof one>) => ({
    ...common,
    choices: [one(...choice)],
    ...(withUsage ? { usage: null } : {}),
  })
  const chunks: unknown[] = choices.flatMap(({ pieces, finish }, index) => [
    ...pieces.map(text => chunk(index, text, null)),
    chunk(index, '', finish.reason),
  ])
  if (withUsage) chunks.push({ ...common, choices: [], usage })
  return {
    contentType: 'text/event-stream; charset=utf-8',
    steps: [
      ...chunks.map(chunk => () => encodeSse(JSON.stringify(chunk))),
      () => encodeSse('[DONE]'),
    ],
    fail: error => encodeSse(JSON.stringify(chatClient.encodeError(error).body)),
  }
}

function promptsOf(prompt: unknown): readonly string[] {
  const list = prompt === undefined || prompt === null ? [''] : [prompt].flat()
  if (list.length > 0 && list.every(item => typeof item === 'string')) return list
  throw invalid(`Invalid type for 'prompt': expected a text or a list of texts.`, {
    param: 'prompt',
    code: 'invalid_type',
  })
}
