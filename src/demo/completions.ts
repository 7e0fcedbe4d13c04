import { answer } from './answers.ts'
import { type Answer, ApiError, type Body, integer, modelOf } from './api.ts'
import { finished, idOf, usageOf, wantsUsage } from './chat.ts'
import { snapshotOf } from './snapshots.ts'
import { countTokens } from './tokens.ts'

/** `POST /v1/completions`: the older form, one prompt or several. `now` in milliseconds. */
export function completions(body: Body, now: number): Answer {
  const model = snapshotOf(modelOf(body))
  const prompts = promptsOf(body['prompt'])
  const count = integer(body, 'n', 1, 128) ?? 1
  const choices = prompts.flatMap(prompt =>
    Array.from({ length: count }, (_, variant) =>
      finished(answer({ prompt, system: '', toolResult: undefined, variant }), body),
    ),
  )
  const common = {
    id: idOf('cmpl-', body),
    object: 'text_completion',
    created: Math.floor(now / 1000),
    model,
  }
  const usage = usageOf(
    prompts.reduce((sum, prompt) => sum + countTokens(prompt), 0),
    choices,
  )
  const one = (index: number, text: string, finish: string | null) => ({
    text,
    index,
    logprobs: null,
    finish_reason: finish,
  })
  if (body['stream'] !== true) {
    const list = choices.map(({ pieces, finish }, index) => one(index, pieces.join(''), finish))
    return { json: { ...common, choices: list, usage } }
  }
  const withUsage = wantsUsage(body)
  const chunk = (...choice: Parameters<typeof one>) => ({
    ...common,
    choices: [one(...choice)],
    ...(withUsage ? { usage: null } : {}),
  })
  const events: unknown[] = choices.flatMap(({ pieces, finish }, index) => [
    ...pieces.map(text => chunk(index, text, null)),
    chunk(index, '', finish),
  ])
  if (withUsage) events.push({ ...common, choices: [], usage })
  return { events }
}

function promptsOf(prompt: unknown): readonly string[] {
  const list = prompt === undefined || prompt === null ? [''] : [prompt].flat()
  if (list.length > 0 && list.every(item => typeof item === 'string')) return list
  throw new ApiError(400, `Invalid type for 'prompt': expected a text or a list of texts.`, {
    param: 'prompt',
    code: 'invalid_type',
  })
}
