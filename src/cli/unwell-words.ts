import type { UnwellTarget } from '../control/api.ts'
import { count, formatDuration } from './units.ts'

/** How a target is: `left out for 4.2 s more, after 3 failures: 503`. */
export function unwellWords({ state, failures, reason, until }: UnwellTarget): string {
  const left = until === undefined ? 0 : Math.max(0, Date.parse(until) - Date.now())
  const how = {
    failing: 'is tried as ever',
    cooling: `is left out for ${formatDuration(left)} more`,
    probing: 'is being tried by one request',
  }[state]
  return `${how}, after ${count(failures, 'failure')}: ${reason}`
}
