import { formatProblem, GatewayError, type Problem, shellWord } from '../../errors.ts'
import { defineCommand } from '../command.ts'
import type { Context } from '../context.ts'
import {
  type Liveness,
  livenessExit,
  livenessLines,
  reloadIfRunning,
  waitUntilLive,
} from '../live.ts'
import { backendResource, dryRunMark, stdinOf } from '../manifests.ts'

type Result = 'created' | 'configured' | 'unchanged'

interface Applied {
  readonly objects: readonly {
    readonly kind: 'AgentgatewayBackend' | 'Secret'
    readonly namespace: string
    readonly name: string
    readonly result: Result
    /** Names of the providers that it is; none for a Secret. */
    readonly providers: readonly string[]
  }[]
  /** What was not carried, field by field. */
  readonly notCarried: readonly Problem[]
  /** Names that the store lacks, and that a provider takes its key from. */
  readonly missing: readonly string[]
  readonly dryRun: boolean
  readonly created?: string
  readonly live?: Liveness
}

export const command = defineCommand({
  summary: 'make providers and aliases of Kubernetes manifests',
  details: [
    'Takes manifests of the kind AgentgatewayBackend (agentgateway.dev/v1alpha1), as agentgateway has them, and makes of each a provider of its name with its aliases, in the config file. A Secret in the same input goes into the credential store. What cannot be carried is reported field by field.',
    'What you wrote or changed by hand stays, unless --force is given.',
  ],
  arguments: [],
  options: [
    {
      name: 'file',
      short: 'f',
      value: 'FILE',
      many: true,
      summary: 'a file, a folder of them, or - for stdin; may be repeated',
    },
    {
      name: 'namespace',
      short: 'n',
      value: 'NAMESPACE',
      summary: 'the namespace of manifests that name none',
    },
    { name: 'strict', summary: 'change nothing unless everything can be carried' },
    { name: 'force', summary: 'also replace what was written or changed by hand' },
    { name: 'dry-run', summary: 'only say what would be done' },
  ],
  examples: [
    'gateway apply -f backend.yaml',
    'kubectl get agbe openai -o yaml | gateway apply -f -',
  ],
  run: (input, context) => {
    if (!input.file?.length) throw new GatewayError('usage', { reason: 'say which file: -f FILE' })
    return apply(input.file, input, context)
  },
  views: {
    human: ({ objects, dryRun }) =>
      objects
        .map(({ kind, name, result }) => {
          const resource = kind === 'Secret' ? 'secret' : backendResource
          return `${resource}/${name} ${result}${dryRunMark(dryRun)}`
        })
        .join('\n'),
    talk: ({ notCarried, missing, created, live, objects }) => [
      ...notCarried.map(formatProblem),
      ...(objects.length === 0 ? ['there was nothing to apply'] : []),
      ...missing.map(
        name => `the store has no "${name}" yet: gateway credential set ${shellWord(name)}`,
      ),
      ...(created ? [`wrote a first config: ${created}`] : []),
      ...(live ? livenessLines(live) : []),
    ],
    json: applied => applied,
    exit: ({ live }) => (live ? livenessExit(live) : 0),
  },
})

interface Options {
  readonly namespace: string | undefined
  readonly strict: boolean
  readonly force: boolean
  readonly 'dry-run': boolean
}

async function apply(
  files: readonly string[],
  { namespace, strict, force, 'dry-run': dryRun }: Options,
  context: Context,
): Promise<Applied> {
  const [{ readManifests }, { planApply }, { editConfig }, { previewEdit }, { openCredentials }] =
    await Promise.all([
      import('../../config/manifest/read.ts'),
      import('../../config/manifest/plan.ts'),
      import('../edit.ts'),
      import('../preview.ts'),
      import('../state.ts'),
    ])
  const file = context.paths.config
  const { backends, secrets, notes } = await readManifests(files, stdinOf(context), namespace)
  const change = (text: string) => {
    const planned = planApply(text, file, backends, force)
    const notCarried = [...notes, ...planned.notes]
    if (strict && notCarried.length > 0)
      throw new GatewayError('manifest_not_carried', { problems: notCarried })
    return { ...planned, notCarried }
  }
  const preview = await previewEdit(file, change)
  const store = await openCredentials(context.paths)
  const keys = new Map(backends.flatMap(backend => [...backend.keys]))
  const stored = secrets.map(({ name, namespace, text }) => ({
    kind: 'Secret' as const,
    namespace,
    name,
    result: store.holds(name, text)
      ? ('unchanged' as const)
      : store.names().includes(name)
        ? ('configured' as const)
        : ('created' as const),
    providers: [],
  }))
  const given = new Map([
    ...secrets.map(({ name, text }): [string, string] => [name, text]),
    ...keys,
  ])
  const changed = [...given].filter(([name, text]) => !store.holds(name, text))
  const names = new Set([...store.names(), ...given.keys()])
  const common = {
    objects: [
      ...stored,
      ...backends.map(({ name, namespace, providers }, i) => ({
        kind: 'AgentgatewayBackend' as const,
        namespace,
        name,
        result: preview.results[i]!,
        providers,
      })),
    ],
    notCarried: preview.notCarried,
    missing: [...new Set(backends.flatMap(({ references }) => references))].filter(
      name => !names.has(name),
    ),
    dryRun,
  }
  if (dryRun || common.objects.length === 0) return common
  // Before the config: a provider that becomes live then finds its key.
  for (const [name, text] of changed) store.set(name, text)
  const edit = await editConfig(context, preview.apply)
  if (edit.before === edit.after && !edit.created)
    return {
      ...common,
      live: changed.length > 0 ? await reloadIfRunning(context) : await waitUntilLive(context),
    }
  return {
    ...common,
    ...(edit.created ? { created: file } : {}),
    live: await waitUntilLive(context),
  }
}
