import { targetText } from '../../alias/text.ts'
import type { RemoveTemporaryGive } from '../../control/api.ts'
import { GatewayError } from '../../errors.ts'
import { nearest } from '../../nearest.ts'
import { aliasesOf, aliasPath, checkProvider, leadingTo } from '../aliases.ts'
import { defineCommand } from '../command.ts'
import type { Context } from '../context.ts'
import { type Liveness, livenessExit, livenessLines, waitUntilLive } from '../live.ts'

interface Removed {
  readonly name: string
  readonly target: string
  /** Other aliases that lead to it by its name. */
  readonly leading?: readonly string[]
  /** It was one that only the daemon had. */
  readonly temporary?: boolean
  /** What the name of such a one stands for again; null where that is nothing. */
  readonly again?: string | null
}

export const command = defineCommand({
  summary: 'take names away again',
  details: [
    'Where a name is a temporary alias, that is taken away, and the one in the config file stays.',
  ],
  arguments: [
    {
      name: 'name',
      summary: 'the aliases to remove',
      required: true,
      many: true,
      completes: 'alias',
    },
  ],
  options: [
    { name: 'provider', value: 'PROVIDER', summary: 'those of this provider, not the global ones' },
  ],
  examples: ['gateway alias remove fast', 'gateway alias remove fast --provider ollama'],
  async run({ name: names, provider }, context) {
    const { temporaryAliases } = await import('../names-now.ts')
    const temporary = (await temporaryAliases(context))
      .filter(one => one.provider === (provider ?? null))
      .map(one => one.name)
    const inFile = names.filter(name => !temporary.includes(name))
    // First those of the file: where one is unknown, nothing is removed.
    const removed =
      inFile.length > 0 ? await removeFromFile(inFile, provider, temporary, context) : undefined
    const ended = await removeTemporary(
      names.filter(name => temporary.includes(name)),
      provider,
      context,
    )
    return {
      removed: [
        ...(removed?.names ?? []),
        ...(ended?.removed ?? []).map(one => ({ ...one, temporary: true })),
      ] as Removed[],
      provider: provider ?? null,
      live:
        removed?.live ??
        ({ state: 'live', generation: ended!.generation, restartNeeded: [] } satisfies Liveness),
    }
  },
  views: {
    talk: ({ removed, provider, live }) => [
      ...removed.map(({ name, target, temporary, again }) =>
        [
          `removed ${name}, was ${target}${provider ? ` on ${provider}` : ''}`,
          ...(temporary ? [' for a while'] : []),
          ...(again ? [`; ${again} again`] : []),
        ].join(''),
      ),
      ...removed.flatMap(({ name, leading = [] }) =>
        leading.map(other => `${other} still leads to ${name}`),
      ),
      // What only the daemon had is of no generation.
      ...(removed.every(({ temporary }) => temporary) ? ['live'] : livenessLines(live)),
    ],
    json: result => result,
    exit: ({ live }) => livenessExit(live),
  },
})

async function removeFromFile(
  names: readonly string[],
  provider: string | undefined,
  temporary: readonly string[],
  context: Context,
) {
  const [{ editConfig, deleteValue }, { parseConfig }] = await Promise.all([
    import('../edit.ts'),
    import('../../config/load.ts'),
  ])
  const file = context.paths.config
  const removed = new Map<string, Removed>()
  await editConfig(context, text => {
    const { config } = parseConfig(text, file)
    checkProvider(config, provider)
    const aliases = aliasesOf(config, provider) ?? new Map()
    for (const name of new Set(names)) {
      const alias = aliases.get(name)
      if (!alias)
        throw new GatewayError('alias_not_found', {
          name,
          provider,
          near: nearest(name, [...temporary, ...aliases.keys()]),
        })
      const leading = leadingTo(config, name, provider).filter(other => !names.includes(other))
      removed.set(name, {
        name,
        target: targetText(alias),
        ...(leading.length > 0 ? { leading } : {}),
      })
    }
    return [...removed.keys()].reduce(
      (rest, name) => deleteValue(rest, aliasPath(name, provider)),
      text,
    )
  })
  return {
    names: [...removed.values()],
    live: await waitUntilLive(context),
  }
}

async function removeTemporary(
  names: readonly string[],
  provider: string | undefined,
  context: Context,
): Promise<RemoveTemporaryGive | undefined> {
  if (names.length === 0) return undefined
  const client = await context.control()
  return client.call('removeTemporary', {
    names,
    ...(provider === undefined ? {} : { provider }),
  })
}
