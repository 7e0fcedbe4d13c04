// What apply, delete and get have in common.

import { type Id, recordsOf } from '../config/manifest/records.ts'
import { GatewayError } from '../errors.ts'
import { nearest } from '../nearest.ts'
import type { Context } from './context.ts'
import { pipedText } from './input.ts'

/** As kubectl prints the kind. */
export const backendResource = 'agentgatewaybackend.agentgateway.dev'

/** `openai` of `agentgateway-system/openai`, and the namespace. */
export function partsOf(id: Id): { readonly namespace: string; readonly name: string } {
  const slash = id.indexOf('/')
  return { namespace: id.slice(0, slash), name: id.slice(slash + 1) }
}

/** Takes the kind in all the ways that kubectl does. Throws `usage` for any other. */
export function checkKind(kind: string): void {
  if (/^(agentgatewaybackends?|agbe)(\.(v1alpha1\.)?agentgateway\.dev)?$/i.test(kind)) return
  throw new GatewayError('usage', {
    reason: `the kind here is AgentgatewayBackend, not "${kind}"`,
    ...(/^secrets?$/i.test(kind) ? { hint: 'gateway credential remove NAME' } : {}),
  })
}

/** `KIND NAME...` and `KIND/NAME...`, as kubectl takes them. Throws `usage`. */
export function namesOf(kind: string, names: readonly string[]): readonly string[] {
  if (!kind.includes('/')) {
    checkKind(kind)
    return names
  }
  return [kind, ...names].map(word => {
    const [first = '', name] = word.split('/')
    checkKind(first)
    if (name) return name
    throw new GatewayError('usage', { reason: `"${word}" is no KIND/NAME` })
  })
}

/** The record of a manifest; in any namespace unless one is given, as names are unique here. Throws `manifest_not_found`. */
export function findRecord(config: unknown, name: string, namespace: string | undefined): Id {
  const ids = [...recordsOf(config).keys()]
  const found = ids.filter(id => partsOf(id).name === name)
  const here = found.find(id => namespace === undefined || partsOf(id).namespace === namespace)
  if (here !== undefined) return here
  const [elsewhere] = found.map(id => partsOf(id).namespace)
  throw new GatewayError('manifest_not_found', {
    name,
    ...(namespace === undefined ? {} : { where: ` in the namespace ${namespace}` }),
    ...(elsewhere === undefined ? {} : { hint: `it is in the namespace ${elsewhere}` }),
    near: nearest(
      name,
      ids.map(id => partsOf(id).name),
    ),
  })
}

/** The text that `-` stands for; read once. Throws `usage` where stdin has none. */
export function stdinOf(context: Context): () => Promise<string> {
  let text: Promise<string> | undefined
  return () => {
    text ??= pipedText(context.io.stdin).then(found => {
      if (found !== undefined) return found
      throw new GatewayError('usage', { reason: 'there is nothing on stdin' })
    })
    return text
  }
}

export const dryRunMark = (dryRun: boolean): string => (dryRun ? ' (dry run)' : '')
