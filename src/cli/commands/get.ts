import { formatProblem, GatewayError, type Problem } from '../../errors.ts'
import { defineCommand } from '../command.ts'
import type { Context } from '../context.ts'
import { findRecord, namesOf, partsOf } from '../manifests.ts'
import { table } from '../table.ts'

export const command = defineCommand({
  summary: 'show what was applied, as it is now',
  details: [
    'The manifests are written from the config, so they show what is in effect: also what you have changed by hand, and without what could not be carried.',
  ],
  arguments: [
    {
      name: 'kind',
      summary: 'the kind: AgentgatewayBackend, in any way that kubectl takes it',
      completes: ['AgentgatewayBackend'],
      required: true,
    },
    {
      name: 'name',
      summary: 'the names of the manifests; all of them, where none is given',
      many: true,
      completes: 'provider',
    },
  ],
  options: [
    { name: 'namespace', short: 'n', value: 'NAMESPACE', summary: 'only those of this namespace' },
    {
      name: 'output',
      short: 'o',
      value: 'FORMAT',
      completes: ['yaml', 'json'],
      summary: 'yaml or json: the whole manifests',
      parse: (text): 'yaml' | 'json' => {
        if (text === 'yaml' || text === 'json') return text
        throw new GatewayError('usage', { reason: `the output is yaml or json, not "${text}"` })
      },
    },
  ],
  examples: ['gateway get AgentgatewayBackend', 'gateway get agbe openai -o yaml'],
  run: ({ kind, name, namespace, output }, context) =>
    get(namesOf(kind, name), namespace, output, context),
  views: {
    human: ({ text, backends, output }, look) =>
      output !== undefined
        ? text
        : backends.length === 0
          ? undefined
          : table(
              ['NAMESPACE', 'NAME', 'PROVIDERS', 'ALIASES'],
              backends.map(({ namespace, name, providers, aliases }) => [
                namespace,
                name,
                providers.join(', '),
                aliases.join(', '),
              ]),
              look,
            ),
    talk: ({ backends, notes }) => [
      ...(backends.length === 0 ? ['nothing was applied: gateway apply -f FILE'] : []),
      ...notes.map(formatProblem),
    ],
    json: ({ data }) => data,
  },
})

interface Got {
  readonly backends: readonly {
    readonly namespace: string
    readonly name: string
    readonly providers: readonly string[]
    readonly aliases: readonly string[]
  }[]
  readonly data: unknown
  readonly text: string
  readonly output: 'yaml' | 'json' | undefined
  /** Parts of the backends that a manifest cannot say. */
  readonly notes: readonly Problem[]
}

async function get(
  names: readonly string[],
  namespace: string | undefined,
  output: Got['output'],
  context: Context,
): Promise<Got> {
  const [
    { loadConfig },
    { parse, writeDocuments },
    { recordsOf },
    { encodeConfig },
    entries,
    { noteProblem },
  ] = await Promise.all([
    import('../../config/load.ts'),
    import('../../config/parse.ts'),
    import('../../config/manifest/records.ts'),
    import('../../config/manifest/encode.ts'),
    import('../../config/entries.ts'),
    import('../../config/fields.ts'),
  ])
  const loaded = await loadConfig(context.paths.config)
  const parsed = parse(loaded.text)
  const records = recordsOf(parsed.value)
  const ids =
    names.length > 0
      ? names.map(name => findRecord(parsed.value, name, namespace))
      : [...records.keys()].filter(
          id => namespace === undefined || partsOf(id).namespace === namespace,
        )
  const backends = ids.map(id => {
    const paths = Object.keys(records.get(id)!).map(entries.fromPointer)
    const keys = (root: string, at: number) => [
      ...new Set(
        paths.flatMap(path => (path[0] === root && path[at] !== undefined ? [path[at]] : [])),
      ),
    ]
    return { ...partsOf(id), providers: keys('providers', 1), aliases: keys('aliases', 1) }
  })
  // An alias that the user has made leads to the provider, and is no part of the manifest.
  const made = new Set(backends.flatMap(({ aliases }) => aliases))
  const aliases = new Map([...loaded.config.aliases].filter(([name]) => made.has(name)))
  const { manifests, notes } = encodeConfig(
    { ...loaded.config, aliases },
    [],
    name => backends.find(backend => backend.name === name)?.namespace ?? '',
  )
  const shown = backends.flatMap(({ name }) =>
    manifests.filter(({ metadata }) => metadata.name === name),
  )
  const data =
    names.length === 1 && shown.length === 1
      ? shown[0]
      : { apiVersion: 'v1', kind: 'List', items: shown }
  const text = output === 'json' ? JSON.stringify(data, null, 2) : writeDocuments([data]).trimEnd()
  const theirs = notes.filter(({ path }) => {
    const owner = backends.some(({ providers, aliases }) =>
      (path[0] === 'providers' ? providers : aliases).includes(String(path[1])),
    )
    return output !== undefined && owner
  })
  return {
    backends,
    data,
    text,
    output,
    notes: theirs.map(note => noteProblem(note, loaded.file, parsed)),
  }
}
