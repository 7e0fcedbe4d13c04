import { GatewayError, type Problem, shellWord } from '../../errors.ts'
import { fromPointer } from '../entries.ts'
import { parse } from '../parse.ts'
import { formatPath } from '../validate.ts'
import type { Backend } from './decode.ts'
import { applyEntries, type Id, type Kept, recordsOf } from './records.ts'

export interface Plan {
  readonly text: string
  /** One for each backend. */
  readonly results: readonly ('created' | 'configured' | 'unchanged')[]
  /** Entries that stay as they are, by their place in the config. */
  readonly notes: readonly Problem[]
}

/**
 * The text of a config with all that the backends say. Throws `manifest_conflict` where one needs a provider that is
 * somebody else's.
 */
export function planApply(
  text: string,
  file: string,
  backends: readonly Backend[],
  force: boolean,
): Plan {
  const results: Plan['results'][number][] = []
  const notes: Problem[] = []
  let now = text
  for (const backend of backends) {
    const id: Id = `${backend.namespace}/${backend.name}`
    checkNames(now, id, backend)
    const applied = applyEntries(now, id, backend.entries, { force })
    for (const kept of applied.kept) {
      const taken =
        kept.why === 'foreign' && kept.path[0] === 'providers' && kept.path[2] !== 'aliases'
      if (taken) throw declaredByHand(backend, kept)
      notes.push(noteOf(kept, backend, now, file))
    }
    results.push(applied.result)
    now = applied.text
  }
  return { text: now, results, notes }
}

function checkNames(text: string, id: Id, { name, namespace, providers }: Backend): void {
  for (const [other, record] of recordsOf(parse(text).value)) {
    if (other === id) continue
    const [otherNamespace, ...rest] = other.split('/')
    if (rest.join('/') === name)
      throw new GatewayError('manifest_conflict', {
        name,
        reason: `one of this name was applied in the namespace ${otherNamespace}, and names are unique here`,
        hint: `gateway delete AgentgatewayBackend ${shellWord(name)} -n ${otherNamespace}, or apply it with namespace: ${otherNamespace} instead of ${namespace}`,
      })
    const shared = providers.find(provider =>
      Object.keys(record).some(pointer => {
        const path = fromPointer(pointer)
        return path[0] === 'providers' && path[1] === provider
      }),
    )
    if (shared !== undefined)
      throw new GatewayError('manifest_conflict', {
        name,
        reason: `its provider ${shared} was made by ${other}`,
      })
  }
}

const declaredByHand = ({ name }: Backend, { path, wanted }: Kept): GatewayError =>
  new GatewayError('manifest_conflict', {
    name,
    reason: `the config declares the provider ${path[1]} by hand, with another ${path.slice(2).join('.')} than ${show(wanted)}`,
    hint: 'to let apply replace it, add --force',
  })

function noteOf(
  { path, why, owner, found, wanted }: Kept,
  backend: Backend,
  text: string,
  file: string,
): Problem {
  const position = parse(text).positionOf(path, 'key')
  const message =
    wanted === undefined
      ? 'stays, as it was changed by hand; the manifest has it no more'
      : why === 'changed'
        ? `stays ${show(found)}, as it was changed by hand; the manifest has ${show(wanted)}`
        : path[0] === 'aliases'
          ? `is ${show(found)} already${owner === undefined ? '' : `, by ${owner}`}, and stays so; requests to ${backend.providers.join(' and ')} find ${show(wanted)}`
          : `is ${show(found)} already, and stays so; the manifest has ${show(wanted)}`
  return {
    file,
    ...position,
    path: formatPath(path),
    message,
    ...(wanted === undefined ? {} : { hint: 'to replace it, add --force' }),
    severity: 'warning',
  }
}

const show = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value))
