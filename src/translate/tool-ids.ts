import { shortHash } from './hash.ts'

/**
 * What a vendor takes as the id of a call: up to 40 of any character, up to 64 letters, digits, `_` and
 * `-`, or exactly nine letters and digits.
 */
export type ToolIdForm = 'any' | 'word' | 'nine'

const legal: Readonly<Record<ToolIdForm, RegExp>> = {
  any: /^.{1,40}$/su,
  word: /^[a-zA-Z0-9_-]{1,64}$/,
  nine: /^[a-zA-Z0-9]{9}$/,
}

/**
 * The id of a call as a vendor takes it: as it is where it can be, otherwise one made of it, always the same, so that call
 * and result find each other at every turn without anybody keeping a list. PROTOCOLS 3.7
 */
export function toolId(id: string, form: ToolIdForm): string {
  if (legal[form].test(id)) return id
  return form === 'nine' ? shortHash(id, 9) : `call_${shortHash(id, 24)}`
}
