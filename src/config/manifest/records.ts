// What apply made, kept in the config itself under `manifests`, so that delete removes that and nothing else: for each
// manifest the paths it wrote, each with a fingerprint of the value. An entry whose value has another fingerprint now was
// changed by hand, and is the user's.
//
// The mappings that apply had to create for its entries are remembered, too: `new`, or `{}` where an empty one was written.
// They go, or are `{}` again, once nothing is left in them.

import { createHash } from 'node:crypto'
import { GatewayError } from '../../errors.ts'
import { type Entry, fromPointer, isEmpty, same, toPointer, valueAt } from '../entries.ts'
import { isMapping } from '../fields.ts'
import { parse } from '../parse.ts'
import { deleteValue, deleteValues, setValue, setValues } from '../splice.ts'

/** `namespace/name` of a manifest. */
export type Id = string

/** Of each path, as a JSON Pointer: the fingerprint of the value written there, or what became of a mapping. */
type Marks = Readonly<Record<string, string>>
type Containers = 'new' | '{}'

/** `otherwise` stands in where the path is taken by the user or by another manifest. */
export interface ManifestEntry extends Entry {
  readonly otherwise?: readonly ManifestEntry[]
}

export interface Kept {
  readonly path: readonly string[]
  /** Never ours, or ours until it was changed by hand. */
  readonly why: 'foreign' | 'changed'
  /** The manifest that made what is there, if one did. */
  readonly owner: Id | undefined
  /** What the config has, and what the manifest wanted; undefined where it wants nothing there any more. */
  readonly found: unknown
  readonly wanted: unknown
}

export interface AppliedEntries {
  readonly text: string
  readonly result: 'created' | 'configured' | 'unchanged'
  /** Entries that stay as the user has them. */
  readonly kept: readonly Kept[]
}

/** The manifests that a config has records of. */
export function recordsOf(config: unknown): ReadonlyMap<Id, Marks> {
  const manifests = valueAt(config, ['manifests'])
  return new Map(
    Object.entries(isMapping(manifests) ? manifests : {}).map(([id, record]) => [
      id,
      (isMapping(record) ? record : {}) as Marks,
    ]),
  )
}

const isContainer = (mark: string): mark is Containers => mark === 'new' || mark === '{}'

/**
 * The text with the entries of a manifest, and without those that an earlier version of it made. What the user wrote or
 * changed stays, unless `force`. An entry whose value is an empty mapping only asks for the mapping to be there.
 */
export function applyEntries(
  text: string,
  id: Id,
  entries: readonly ManifestEntry[],
  { force = false }: { readonly force?: boolean } = {},
): AppliedEntries {
  const edit = new Edit(text)
  const records = recordsOf(edit.value)
  const old = records.get(id)
  const others = [...records].filter(([other]) => other !== id)
  const kept: Kept[] = []
  const record: Record<string, string> = {}
  const sets: Entry[] = []
  const noteContainer = (path: readonly string[]) => {
    const at = toPointer(path)
    const known = others.map(([, other]) => other[at]).find(mark => mark !== undefined)
    const mark = record[at] ?? old?.[at] ?? known ?? edit.stateOf(path)
    if (mark !== undefined) record[at] = mark
  }
  const write = ({ path, value, otherwise = [] }: ManifestEntry) => {
    const pointer = toPointer(path)
    const found = valueAt(edit.value, path)
    const mark = old?.[pointer]
    if (isMapping(value) && isEmpty(value)) {
      for (let depth = 1; depth <= path.length; depth++) noteContainer(path.slice(0, depth))
      if (found === undefined) sets.push({ path, value: {} })
      return
    }
    const equal = same(found, value)
    // What the user had written in the very same words is not ours to delete.
    if (equal && mark === undefined) return
    const ours = found === undefined || (mark !== undefined && fingerprint(found) === mark)
    if (!equal && !ours && !force) {
      const owner = others.find(([, other]) => other[pointer] !== undefined)?.[0]
      kept.push({
        path,
        why: mark === undefined ? 'foreign' : 'changed',
        owner,
        found,
        wanted: value,
      })
      // It stays on record as what it was, so that delete knows it for changed.
      if (mark !== undefined) record[pointer] = mark
      else for (const entry of otherwise) write(entry)
      return
    }
    for (let depth = 1; depth < path.length; depth++) noteContainer(path.slice(0, depth))
    if (!equal) sets.push({ path, value })
    record[pointer] = fingerprint(value)
  }
  for (const entry of entries) write(entry)
  edit.setAll(sets)
  const gone: string[][] = []
  const stale = Object.entries(old ?? {}).filter(([pointer]) => record[pointer] === undefined)
  const stays = providersThatStay(edit.value, Object.fromEntries(stale))
  for (const [pointer, mark] of stale) {
    const path = fromPointer(pointer)
    const found = valueAt(edit.value, path)
    if (isContainer(mark) || found === undefined) continue
    if (isCore(path) && stays.has(path[1]!)) continue
    if (fingerprint(found) === mark) gone.push(path)
    else kept.push({ path, why: 'changed', owner: undefined, found, wanted: undefined })
  }
  edit.deleteAll(gone)
  for (const name of stays.keys())
    kept.push({
      path: ['providers', name],
      why: 'changed',
      owner: undefined,
      found: {},
      wanted: undefined,
    })
  for (const { path, mark } of containersOf(Object.fromEntries(stale))) {
    if (!(isCore(path) && stays.has(path[1]!))) edit.restore(path, mark)
  }
  if (!same(old, record)) edit.set(['manifests', id], record)
  const result = old === undefined ? 'created' : edit.text === text ? 'unchanged' : 'configured'
  return { text: edit.text, result, kept }
}

/** A provider itself or a key of it, and not one of its aliases: they make sense only together. */
const isCore = (path: readonly string[]): boolean =>
  path[0] === 'providers' && path.length > 1 && path[2] !== 'aliases'

/** The mappings that apply created, the deepest first. */
const containersOf = (record: Marks) =>
  Object.entries(record)
    .filter((entry): entry is [string, Containers] => isContainer(entry[1]))
    .map(([pointer, mark]) => ({ path: fromPointer(pointer), mark }))
    .sort((a, b) => b.path.length - a.path.length)

export interface DeletedEntries {
  readonly text: string
  /** What apply made and delete leaves, because the user has changed it or built on it. */
  readonly left: readonly { readonly path: readonly string[]; readonly because: string }[]
}

/** The text without what the record says apply made, and without the record. */
export function deleteEntries(text: string, id: Id): DeletedEntries {
  const edit = new Edit(text)
  const record = recordsOf(edit.value).get(id) ?? {}
  const left: { path: readonly string[]; because: string }[] = []
  const paths = Object.entries(record).flatMap(([pointer, mark]) =>
    isContainer(mark) ? [] : [{ path: fromPointer(pointer), mark }],
  )
  const stays = providersThatStay(edit.value, record)
  const gone: string[][] = []
  for (const { path, mark } of paths.toReversed()) {
    const found = valueAt(edit.value, path)
    if (found === undefined) continue
    if (isCore(path) && stays.has(path[1]!)) continue
    if (fingerprint(found) === mark) gone.push(path)
    else left.push({ path, because: 'it was changed by hand' })
  }
  edit.deleteAll(gone)
  for (const [name, because] of stays) left.push({ path: ['providers', name], because })
  for (const { path, mark } of containersOf(record)) {
    if (!(isCore(path) && stays.has(path[1]!))) edit.restore(path, mark)
  }
  edit.delete(recordsOf(edit.value).size > 1 ? ['manifests', id] : ['manifests'])
  return { text: edit.text, left }
}

/** Providers of a record that the user has changed or built on, with why. */
function providersThatStay(config: unknown, record: Marks): Map<string, string> {
  const stays = new Map<string, string>()
  const made = (path: readonly string[]) => record[toPointer(path)]
  for (const [pointer, mark] of Object.entries(record)) {
    const [root, name, ...deeper] = fromPointer(pointer)
    if (root !== 'providers' || name === undefined || deeper.length > 0 || mark !== 'new') continue
    const provider = valueAt(config, ['providers', name])
    for (const [key, value] of Object.entries(isMapping(provider) ? provider : {})) {
      const path = ['providers', name, key]
      if (key === 'aliases') {
        const own = Object.entries(isMapping(value) ? value : {}).find(
          ([alias, target]) => made([...path, alias]) !== fingerprint(target),
        )
        if (own) stays.set(name, `its alias ${own[0]} is made by hand`)
      } else if (made(path) === undefined) stays.set(name, `${key} was added by hand`)
      else if (fingerprint(value) !== made(path)) stays.set(name, `${key} was changed by hand`)
    }
  }
  return stays
}

/** A text under edit, with its value. */
class Edit {
  text: string
  value: unknown

  constructor(text: string) {
    this.text = text
    this.value = parse(text).value ?? {}
  }

  set(path: readonly string[], value: unknown): void {
    this.#become(setValue(this.text, path, value))
  }

  /** Neighbours are written at once, as a long text takes its time to read. */
  setAll(entries: readonly Entry[]): void {
    const home = ({ path }: Entry) => toPointer(path.slice(0, -1))
    for (let i = 0; i < entries.length; ) {
      const first = entries[i]!
      const parent = valueAt(this.value, first.path.slice(0, -1))
      const end = entries.findIndex((entry, at) => at > i && home(entry) !== home(first))
      const batch =
        isMapping(parent) && !isEmpty(parent)
          ? entries.slice(i, end < 0 ? undefined : end)
          : [first]
      this.#atOnce(
        batch.length > 1 ? () => setValues(this.text, batch) : undefined,
        batch.map(
          ({ path, value }) =>
            () =>
              setValue(this.text, path, value),
        ),
      )
      i += batch.length
    }
  }

  deleteAll(paths: readonly (readonly string[])[]): void {
    this.#atOnce(
      paths.length > 1 ? () => deleteValues(this.text, paths) : undefined,
      paths.map(path => () => deleteValue(this.text, path)),
    )
  }

  /** One by one where the splices get in each other's way. */
  #atOnce(all: (() => string) | undefined, each: readonly (() => string)[]): void {
    try {
      if (all) {
        this.#become(all())
        return
      }
    } catch (error) {
      if (!(error instanceof GatewayError && error.code === 'config_edit_failed')) throw error
    }
    for (const one of each) this.#become(one())
  }

  delete(path: readonly string[]): void {
    this.#become(deleteValue(this.text, path))
  }

  /** How the mapping at `path` must be left again; undefined where it can stay as it is. */
  stateOf(path: readonly string[]): Containers | undefined {
    const value = valueAt(this.value, path)
    if (value === undefined) return 'new'
    return isMapping(value) && isEmpty(value) ? '{}' : undefined
  }

  /** Leaves a mapping that has nothing in it any more as it was before apply. */
  restore(path: readonly string[], mark: Containers): void {
    const value = valueAt(this.value, path)
    if (value === undefined || !isEmpty(value)) return
    if (mark === 'new') this.delete(path)
    else this.set(path, {})
  }

  #become(text: string): void {
    this.text = text
    this.value = parse(text).value ?? {}
  }
}

/** Tells two values apart; not a secret of any kind, as the config holds none. */
export function fingerprint(value: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify(sorted(value)))
    .digest('hex')
    .slice(0, 8)
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (!isMapping(value)) return value
  return Object.entries(value)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, child]) => [key, sorted(child)])
}
