import { type Format, formats } from '../../config/import/formats.ts'
import { formatProblem, GatewayError, type Problem } from '../../errors.ts'
import { defineCommand } from '../command.ts'
import type { Context } from '../context.ts'
import { type Liveness, livenessExit, livenessLines, waitUntilLive } from '../live.ts'
import { dryRunMark, stdinOf } from '../manifests.ts'

interface Item {
  readonly kind: 'provider' | 'alias' | 'credential'
  readonly name: string
  readonly result: 'created' | 'replaced' | 'unchanged' | 'kept'
}

interface Result {
  readonly format: Format
  readonly items: readonly Item[]
  readonly notCarried: readonly Problem[]
  readonly dryRun: boolean
  readonly created?: string
  readonly live?: Liveness
}

export const command = defineCommand({
  summary: "take over the aliases of another program's config",
  details: [
    'Reads the config of LiteLLM (model_list, model_group_alias, fallbacks), the config of llama-swap (models and their aliases), or the aliases.json of llm, and writes its names and the providers they need into the config file. What cannot be carried is reported field by field. Keys go into the credential store.',
    'An alias that exists already stays, unless --force is given.',
  ],
  arguments: [
    { name: 'file', summary: 'the file, or - for stdin', required: true, completes: 'file' },
  ],
  options: [
    {
      name: 'from',
      value: 'FORMAT',
      completes: formats,
      summary: `what the file is, where it cannot be told: ${formats.join(', ')}`,
      parse: (text): Format => {
        const format = formats.find(known => known === text)
        if (format) return format
        throw new GatewayError('usage', {
          reason: `the format is ${formats.join(', ')}, not "${text}"`,
        })
      },
    },
    {
      name: 'base-url',
      value: 'URL',
      summary: 'where llama-swap listens, e.g. http://127.0.0.1:9292/v1',
    },
    { name: 'strict', summary: 'change nothing unless everything can be carried' },
    { name: 'force', short: 'f', summary: 'replace aliases that exist' },
    { name: 'dry-run', summary: 'only say what would be done' },
  ],
  examples: [
    'gateway import ~/litellm/config.yaml --dry-run',
    'gateway import ~/.config/io.datasette.llm/aliases.json',
  ],
  run: (input, context) => importInto(input, context),
  views: {
    human: ({ items, dryRun }) =>
      items
        .map(({ kind, name, result }) => `${kind}/${name} ${result}${dryRunMark(dryRun)}`)
        .join('\n'),
    talk: ({ items, notCarried, created, live }) => [
      ...notCarried.map(formatProblem),
      ...(items.length === 0 ? ['there was nothing to import'] : []),
      ...(items.some(({ result }) => result === 'kept')
        ? ['what was kept has another meaning in the file; to replace it, add --force']
        : []),
      ...(created ? [`wrote a first config: ${created}`] : []),
      ...(live ? livenessLines(live) : []),
    ],
    json: result => result,
    exit: ({ live }) => (live ? livenessExit(live) : 0),
  },
})

interface Input {
  readonly file: string
  readonly from: Format | undefined
  readonly 'base-url': string | undefined
  readonly strict: boolean
  readonly force: boolean
  readonly 'dry-run': boolean
}

async function importInto(input: Input, context: Context): Promise<Result> {
  const { file, from, strict, force, 'base-url': baseUrl, 'dry-run': dryRun } = input
  const [
    { importFile },
    { readText },
    { noteProblem },
    entries,
    { editConfig, setValue },
    { parse },
  ] = await Promise.all([
    import('../../config/import/import-file.ts'),
    import('../../config/manifest/read.ts'),
    import('../../config/fields.ts'),
    import('../../config/entries.ts'),
    import('../edit.ts'),
    import('../../config/parse.ts'),
  ])
  const [{ previewEdit }, { openCredentials }] = await Promise.all([
    import('../preview.ts'),
    import('../state.ts'),
  ])
  const shown = file === '-' ? 'stdin' : file
  const source = file === '-' ? await stdinOf(context)() : await readText(file)
  const config = context.paths.config
  const change = (text: string) => {
    const { value } = parse(text)
    const imported = importFile(source, shown, value, { from, baseUrl })
    const notCarried = imported.notes.map(note => noteProblem(note, shown, imported.parsed))
    if (strict && notCarried.length > 0)
      throw new GatewayError('manifest_not_carried', { problems: notCarried })
    let now = text
    const items = imported.entries.map(({ path, value: wanted }): Item => {
      const found = entries.valueAt(value, path)
      const kind = path[0] === 'aliases' ? 'alias' : 'provider'
      const item = (result: Item['result']): Item => ({ kind, name: path[1]!, result })
      if (found !== undefined && entries.same(found, wanted)) return item('unchanged')
      if (found !== undefined && !force) return item('kept')
      now = setValue(now, path, wanted)
      return item(found === undefined ? 'created' : 'replaced')
    })
    return { text: now, items, notCarried, format: imported.format, keys: imported.keys }
  }
  const preview = await previewEdit(config, change)
  const store = await openCredentials(context.paths)
  const keys = [...preview.keys].map(([name, text]) => ({
    name,
    text,
    result: store.holds(name, text)
      ? ('unchanged' as const)
      : !store.names().includes(name)
        ? ('created' as const)
        : force
          ? ('replaced' as const)
          : ('kept' as const),
  }))
  const common = {
    format: preview.format,
    items: [
      ...keys.map(({ name, result }): Item => ({ kind: 'credential', name, result })),
      ...preview.items,
    ],
    notCarried: preview.notCarried,
    dryRun,
  }
  if (dryRun || common.items.length === 0) return common
  // Before the config: a provider that becomes live then finds its key.
  for (const { name, text, result } of keys)
    if (result === 'created' || result === 'replaced') store.set(name, text)
  const edit = await editConfig(context, preview.apply)
  return {
    ...common,
    ...(edit.created ? { created: config } : {}),
    live: await waitUntilLive(context),
  }
}
