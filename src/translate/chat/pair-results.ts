import { addAll } from '../../add-all.ts'
import type { Steps } from '../../wire/steps.ts'
import type { Json } from '../values.ts'

/**
 * Messages of this protocol such that each call of a tool has its result right behind it, as servers demand: a result that
 * comes later is moved there, for one that is missing it is said so, and one that belongs to no call is the user's word.
 */
export function* pairResults(messages: readonly Json[]): Steps<Json[]> {
  const out: Json[] = []
  /** Ids of calls without a result yet, and what came since. */
  let open = new Set<unknown>()
  let held: Json[] = []
  const settle = (): void => {
    for (const id of open) out.push({ role: 'tool', tool_call_id: id, content: noResult })
    addAll(out, held)
    open = new Set()
    held = []
  }
  for (const message of messages) {
    yield
    const { role, tool_call_id: id, tool_calls: calls, content } = message
    if (role === 'assistant') {
      settle()
      out.push(message)
      open = new Set(((calls ?? []) as Json[]).map(call => call['id']))
    } else if (role === 'tool' && open.delete(id)) {
      out.push(message)
      if (open.size === 0) settle()
    } else {
      const said = role === 'tool' ? { role: 'user', content } : message
      if (open.size > 0) held.push(said)
      else out.push(said)
    }
  }
  settle()
  return out
}

const noResult = 'No result was provided'
