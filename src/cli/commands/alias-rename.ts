import type { Alias } from '../../alias/alias.ts'
import { targetText } from '../../alias/text.ts'
import { GatewayError } from '../../errors.ts'
import { nearest } from '../../nearest.ts'
import { aliasesOf, aliasPath, checkProvider, leadingTo } from '../aliases.ts'
import { defineCommand } from '../command.ts'
import { livenessExit, livenessLines, waitUntilLive } from '../live.ts'

export const command = defineCommand({
  summary: 'give an alias another name',
  details: [
    'It keeps its place in the file, its comments and all it says. Aliases that lead to it by its old name are named, and left as they are.',
  ],
  arguments: [
    { name: 'old', summary: 'the alias', required: true, completes: 'alias' },
    { name: 'new', summary: 'its new name', required: true },
  ],
  options: [
    { name: 'provider', value: 'PROVIDER', summary: 'one of this provider, not a global one' },
  ],
  examples: ['gateway alias rename fast quick'],
  async run({ old, new: next, provider }, context) {
    const [{ editConfig, renameKey }, { parseConfig }] = await Promise.all([
      import('../edit.ts'),
      import('../../config/load.ts'),
    ])
    const file = context.paths.config
    let stillOld: string[] = []
    await editConfig(context, text => {
      const { config } = parseConfig(text, file)
      checkProvider(config, provider)
      const aliases: ReadonlyMap<string, Alias> = aliasesOf(config, provider) ?? new Map()
      if (!aliases.has(old)) {
        throw new GatewayError('alias_not_found', {
          name: old,
          provider,
          near: nearest(old, aliases.keys()),
        })
      }
      const taken = aliases.get(next)
      if (taken) throw new GatewayError('alias_taken', { name: next, old: targetText(taken) })
      stillOld = leadingTo(config, old, provider)
      return renameKey(text, aliasPath(old, provider), next)
    })
    return {
      old,
      new: next,
      provider: provider ?? null,
      stillOld,
      live: await waitUntilLive(context),
    }
  },
  views: {
    talk: ({ old, new: next, provider, stillOld, live }) => [
      `${old} is ${next} now${provider ? ` on ${provider}` : ''}`,
      ...stillOld.map(name => `${name} still leads to ${old}`),
      ...livenessLines(live),
    ],
    json: result => result,
    exit: ({ live }) => livenessExit(live),
  },
})
