import type { Id } from '../../config/manifest/records.ts'
import { GatewayError } from '../../errors.ts'
import { defineCommand } from '../command.ts'
import type { Context } from '../context.ts'
import {
  type Liveness,
  livenessExit,
  livenessLines,
  reloadIfRunning,
  waitUntilLive,
} from '../live.ts'
import { backendResource, dryRunMark, findRecord, namesOf, partsOf, stdinOf } from '../manifests.ts'

interface Deleted {
  readonly deleted: readonly {
    readonly kind: 'AgentgatewayBackend' | 'Secret'
    readonly namespace: string
    readonly name: string
  }[]
  /** What apply made and is still there, because the user has changed it or built on it. */
  readonly left: readonly { readonly path: string; readonly because: string }[]
  readonly dryRun: boolean
  readonly live?: Liveness
}

export const command = defineCommand({
  summary: 'remove what apply made of a manifest',
  details: [
    'Removes the provider and the aliases that "gateway apply" made, and nothing else: what you have changed since then, or built on, stays and is named.',
  ],
  arguments: [
    {
      name: 'kind',
      summary: 'the kind: AgentgatewayBackend, in any way that kubectl takes it',
      completes: ['AgentgatewayBackend'],
    },
    { name: 'name', summary: 'the names of the manifests', many: true, completes: 'provider' },
  ],
  options: [
    {
      name: 'file',
      short: 'f',
      value: 'FILE',
      many: true,
      summary: 'delete what is in this file, folder, or - for stdin; may be repeated',
    },
    {
      name: 'namespace',
      short: 'n',
      value: 'NAMESPACE',
      summary: 'the namespace it was applied in',
    },
    { name: 'dry-run', summary: 'only say what would be done' },
  ],
  examples: [
    'gateway delete AgentgatewayBackend openai -n agentgateway-system',
    'gateway delete -f backend.yaml',
  ],
  run: (input, context) => remove(input, context),
  views: {
    human: ({ deleted, dryRun }) =>
      deleted
        .map(({ kind, name }) => {
          const resource = kind === 'Secret' ? 'secret' : backendResource
          return `${resource} "${name}" deleted${dryRunMark(dryRun)}`
        })
        .join('\n'),
    talk: ({ left, live }) => [
      ...left.map(({ path, because }) => `left ${path}: ${because}`),
      ...(live ? livenessLines(live) : []),
    ],
    json: deleted => deleted,
    exit: ({ live }) => (live ? livenessExit(live) : 0),
  },
})

interface Input {
  readonly kind: string | undefined
  readonly name: readonly string[]
  readonly file: readonly string[] | undefined
  readonly namespace: string | undefined
  readonly 'dry-run': boolean
}

async function remove(
  { kind, name: names, file: files, namespace, 'dry-run': dryRun }: Input,
  context: Context,
): Promise<Deleted> {
  const [
    { readManifests },
    { deleteEntries, recordsOf },
    entries,
    { parse },
    { formatPath },
    edits,
  ] = await Promise.all([
    import('../../config/manifest/read.ts'),
    import('../../config/manifest/records.ts'),
    import('../../config/entries.ts'),
    import('../../config/parse.ts'),
    import('../../config/validate.ts'),
    import('../edit.ts'),
  ])
  const [{ previewEdit }, { openCredentials }] = await Promise.all([
    import('../preview.ts'),
    import('../state.ts'),
  ])
  if ((kind === undefined) === (files === undefined))
    throw new GatewayError('usage', { reason: 'say what to delete: KIND NAME, or -f FILE' })
  const wanted = kind === undefined ? [] : namesOf(kind, names)
  if (kind !== undefined && wanted.length === 0)
    throw new GatewayError('usage', { reason: 'say which: KIND NAME' })
  const read = files
    ? await readManifests(files, stdinOf(context), namespace)
    : { backends: [], secrets: [] }
  const config = context.paths.config
  const change = (text: string) => {
    const left: { path: string; because: string }[] = []
    const keys: string[] = []
    const ids: Id[] = []
    let now = text
    const drop = (name: string, inNamespace: string | undefined) => {
      const { value } = parse(now)
      const id = findRecord(value, name, inNamespace)
      const record = recordsOf(value).get(id)!
      const result = deleteEntries(now, id)
      const after = parse(result.text).value
      for (const path of Object.keys(record).map(entries.fromPointer)) {
        // The key that the manifest itself had, where nothing takes it from the store any more.
        const own = `${path[1]}.key`
        const used = (root: unknown) => entries.valueAt(root, path) === `store:${own}`
        if (path[2] === 'credential' && used(value) && !used(after)) keys.push(own)
      }
      left.push(...result.left.map(({ path, because }) => ({ path: formatPath(path), because })))
      ids.push(id)
      now = result.text
    }
    for (const name of wanted) drop(name, namespace)
    for (const backend of read.backends) drop(backend.name, backend.namespace)
    return { text: now, left, keys, ids }
  }
  const preview = await previewEdit(config, change)
  const store = await openCredentials(context.paths)
  const held = read.secrets.filter(({ name, text }) => store.holds(name, text))
  const changed = read.secrets.filter(
    secret => !held.includes(secret) && store.names().includes(secret.name),
  )
  const common = {
    deleted: [
      ...preview.ids.map(id => ({ kind: 'AgentgatewayBackend' as const, ...partsOf(id) })),
      ...held.map(({ name, namespace }) => ({ kind: 'Secret' as const, namespace, name })),
    ],
    left: [
      ...preview.left,
      ...changed.map(({ name }) => ({
        path: `the credential ${name}`,
        because: 'the store has another text under this name',
      })),
    ],
    dryRun,
  }
  if (dryRun) return common
  const edit = await edits.editConfig(context, preview.apply)
  // After the config: until then a provider may still need it.
  for (const name of [...preview.keys, ...held.map(secret => secret.name)]) store.remove(name)
  return {
    ...common,
    live:
      edit.before === edit.after ? await reloadIfRunning(context) : await waitUntilLive(context),
  }
}
