import type { RawHeaders } from './headers.ts'
import { clientCredentials, header } from './headers.ts'
import {
  eachElement,
  isArrayAt,
  isObjectAt,
  memberNamed,
  readValue,
  type Scanned,
  scanObjectInSteps,
} from './json.ts'
import type { Steps } from './steps.ts'

/** So much of the first message tells conversations apart. */
const enough = 4096

/**
 * What stays the same through one conversation: who asks, and the first thing the user said. It is only hashed, to keep
 * a conversation on the target whose prompt cache is warm; it goes into no log.
 */
export function* conversationKey(body: Scanned, headers: RawHeaders): Steps<string> {
  const who = [...clientCredentials, 'user-agent'].map(name => header(headers, name) ?? '')
  return [...who, yield* firstUserText(body)].join('\n')
}

function* firstUserText({ bytes: body, scan }: Scanned): Steps<string> {
  const names = ['messages', 'contents', 'input', 'prompt']
  const said = names.map(name => memberNamed(body, scan, name)).find(found => found !== undefined)
  if (!said) return ''
  if (isArrayAt(body, said.start)) {
    for (const element of eachElement(body, said.start)) {
      if (!element) yield
      if (!element || !isObjectAt(body, element.start)) continue
      const message = yield* scanObjectInSteps(body, element.start)
      const role = memberNamed(body, message, 'role')
      const parts = memberNamed(body, message, 'parts')
      const content = memberNamed(body, message, 'content') ?? parts
      // In Gemini's protocol who says nothing of a role is the user.
      const byUser = role ? readValue(body, role) === 'user' : parts !== undefined
      if (content && byUser) {
        return body.toString('latin1', content.start, Math.min(content.end, content.start + enough))
      }
    }
  }
  return body.toString('latin1', said.start, Math.min(said.end, said.start + enough))
}
