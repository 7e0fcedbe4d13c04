import { formatProblem, GatewayError, type Problem } from '../../errors.ts'
import { defineCommand } from '../command.ts'
import type { Context } from '../context.ts'
import { partsOf } from '../manifests.ts'

export const command = defineCommand({
  summary: 'write providers and aliases as Kubernetes manifests',
  details: [
    'For whoever outgrows one machine: manifests of the kind AgentgatewayBackend, for a cluster with agentgateway. What that system cannot express is reported on stderr. Keys are not written: a cluster has them as Secrets.',
  ],
  arguments: [],
  options: [
    {
      name: 'to',
      value: 'SYSTEM',
      completes: ['agentgateway'],
      summary: 'the system to write for: agentgateway',
      parse: text => {
        if (text === 'agentgateway') return text
        throw new GatewayError('usage', { reason: `the system is agentgateway, not "${text}"` })
      },
    },
    {
      name: 'namespace',
      short: 'n',
      value: 'NAMESPACE',
      summary: 'their namespace: agentgateway-system unless given, or the one they were applied in',
    },
    { name: 'strict', summary: 'write nothing unless everything can be expressed' },
  ],
  examples: ['gateway export --to agentgateway > backends.yaml'],
  run: ({ namespace, strict }, context) => exportConfig(namespace, strict, context),
  views: {
    human: ({ text }) => text,
    talk: ({ notes, items }) => [
      ...notes.map(formatProblem),
      ...(items.length === 0
        ? ['the config declares no provider, and no alias that leads to one']
        : []),
    ],
    json: ({ items }) => ({ apiVersion: 'v1', kind: 'List', items }),
  },
})

async function exportConfig(
  namespace: string | undefined,
  strict: boolean,
  context: Context,
): Promise<{
  readonly text: string
  readonly items: readonly unknown[]
  readonly notes: readonly Problem[]
}> {
  const [
    { loadConfig },
    { parse, writeDocuments },
    { recordsOf },
    { encodeConfig },
    { noteProblem },
  ] = await Promise.all([
    import('../../config/load.ts'),
    import('../../config/parse.ts'),
    import('../../config/manifest/records.ts'),
    import('../../config/manifest/encode.ts'),
    import('../../config/fields.ts'),
  ])
  const loaded = await loadConfig(context.paths.config)
  const parsed = parse(loaded.text)
  const applied = new Map(
    [...recordsOf(parsed.value).keys()]
      .map(partsOf)
      .map(({ name, namespace }) => [name, namespace]),
  )
  const encoded = encodeConfig(
    loaded.config,
    Object.keys(parsed.value ?? {}),
    name => namespace ?? applied.get(name) ?? 'agentgateway-system',
  )
  const notes = encoded.notes.map(note => noteProblem(note, loaded.file, parsed))
  if (strict && notes.length > 0)
    throw new GatewayError('manifest_not_carried', { problems: notes })
  return { text: writeDocuments(encoded.manifests).trimEnd(), items: encoded.manifests, notes }
}
