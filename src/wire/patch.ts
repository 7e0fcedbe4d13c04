import { addAll } from '../add-all.ts'
import { isObjectAt, nameOf, type ObjectScan, type Place, type Splice, scanObject } from './json.ts'

/** Changes to the members of an object; names may be dotted paths. */
export interface Patch {
  /** Always so. */
  readonly set: Readonly<Record<string, unknown>>
  /** Only where the member is not there. */
  readonly default: Readonly<Record<string, unknown>>
  readonly remove: readonly string[]
}

/** What to do with one member: a value of its own, or something with its members. */
type Change =
  | { readonly kind: 'set' | 'default'; readonly value: unknown }
  | { readonly kind: 'remove' }
  | { readonly kind: 'inside'; readonly changes: Changes }
type Changes = Map<string, Change>

/**
 * The splices that make the changes to an object. Nothing but the members named is touched, and one that is there twice is
 * changed twice, because the reader behind us may take either.
 */
export function patchObject(body: Buffer, object: ObjectScan, patch: Patch): Splice[] {
  const changes: Changes = new Map()
  for (const path of patch.remove) plan(changes, path.split('.'), { kind: 'remove' })
  for (const [path, value] of Object.entries(patch.default)) {
    plan(changes, path.split('.'), { kind: 'default', value })
  }
  for (const [path, value] of Object.entries(patch.set)) {
    plan(changes, path.split('.'), { kind: 'set', value })
  }
  return changes.size === 0 ? [] : apply(body, object, changes)
}

function plan(changes: Changes, path: readonly string[], change: Change): void {
  const [name, ...rest] = path as [string, ...string[]]
  if (rest.length === 0) {
    changes.set(name, change)
    return
  }
  const there = changes.get(name)
  const inside: Changes = there?.kind === 'inside' ? there.changes : new Map()
  if (there?.kind !== 'inside') changes.set(name, { kind: 'inside', changes: inside })
  plan(inside, rest, change)
}

function apply(body: Buffer, { start, members }: ObjectScan, changes: Changes): Splice[] {
  const splices: Splice[] = []
  const missing = new Map(changes)
  const removed = members.map(member => {
    const name = nameOf(body, member)
    const change = changes.get(name)
    missing.delete(name)
    if (change?.kind === 'set') {
      splices.push(replacement(member, JSON.stringify(change.value)))
    } else if (change?.kind === 'inside') {
      if (isObjectAt(body, member.start)) {
        addAll(splices, apply(body, scanObject(body, member.start), change.changes))
      } else {
        // A path leads into what is no object: what is to be set there takes its place, if anything is.
        const value = created(change.changes, ['set'])
        if (value !== undefined) splices.push(replacement(member, value))
      }
    }
    return change?.kind === 'remove'
  })
  addAll(splices, removals(members, removed))
  const added: string[] = []
  for (const [name, change] of missing) {
    const value = valueOfNew(change, ['set', 'default'])
    if (value !== undefined) added.push(`${JSON.stringify(name)}:${value}`)
  }
  if (added.length > 0) {
    const last = members.filter((_, i) => !removed[i]).at(-1)
    const at = last?.end ?? start + 1
    splices.push({ start: at, end: at, bytes: Buffer.from(`${last ? ',' : ''}${added.join(',')}`) })
  }
  return splices
}

const replacement = ({ start, end }: Place, text: string): Splice => ({
  start,
  end,
  bytes: Buffer.from(text),
})

/** The text of a value that is not there yet; undefined where the change makes none. */
function valueOfNew(change: Change, kinds: readonly string[]): string | undefined {
  if (change.kind === 'inside') return created(change.changes, kinds)
  return change.kind !== 'remove' && kinds.includes(change.kind)
    ? JSON.stringify(change.value)
    : undefined
}

function created(changes: Changes, kinds: readonly string[]): string | undefined {
  const members: string[] = []
  for (const [name, change] of changes) {
    const value = valueOfNew(change, kinds)
    if (value !== undefined) members.push(`${JSON.stringify(name)}:${value}`)
  }
  return members.length > 0 ? `{${members.join(',')}}` : undefined
}

/** The splices that take elements out of an array, with the commas that joined them to the others. */
export const removeElements = (elements: readonly Place[], removed: readonly boolean[]): Splice[] =>
  removals(
    elements.map(({ start, end }) => ({ key: start, start, end })),
    removed,
  )

/** Takes members out with the comma that joined them to the others. */
function removals(
  members: readonly (Place & { readonly key: number })[],
  removed: readonly boolean[],
): Splice[] {
  const splices: Splice[] = []
  const bytes = Buffer.alloc(0)
  for (let i = 0; i < members.length; i++) {
    if (!removed[i]) continue
    let j = i
    while (removed[j + 1]) j++
    const before = members[i - 1]
    const after = members[j + 1]
    if (before) splices.push({ start: before.end, end: members[j]!.end, bytes })
    else splices.push({ start: members[i]!.key, end: after?.key ?? members[j]!.end, bytes })
    i = j
  }
  return splices
}
