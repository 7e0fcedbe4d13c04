import { flatMapInSteps, type Steps } from '../../wire/steps.ts'
import type { Json } from '../values.ts'

/**
 * Items of this protocol such that each call of a tool has one result, and each result its call, or OpenAI refuses them: for
 * one that is missing it is said so, and one that belongs to no call is the user's word.
 */
export function* pairItems(items: readonly Json[]): Steps<Json[]> {
  /** The calls that have no result yet, by the id that results have. */
  const open = new Map<unknown, Json>()
  const said = yield* flatMapInSteps(items, item => {
    const { type, call_id: id, output } = item
    if (/_call$/.test(String(type)) && id !== undefined) open.set(id, item)
    if (!/_call_output$/.test(String(type)) || open.delete(id)) return [item]
    const content = typeof output === 'string' ? [{ type: 'input_text', text: output }] : output
    return [{ type: 'message', role: 'user', content }]
  })
  const unanswered = new Set(open.values())
  return yield* flatMapInSteps(said, item =>
    unanswered.has(item)
      ? [item, { type: `${item['type']}_output`, call_id: item['call_id'], output: noResult }]
      : [item],
  )
}

const noResult = 'No result was provided'
