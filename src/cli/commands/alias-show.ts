import type { Alias } from '../../alias/alias.ts'
import { GatewayError } from '../../errors.ts'
import { nearest } from '../../nearest.ts'
import { aliasesOf, aliasPath, checkProvider } from '../aliases.ts'
import { defineCommand } from '../command.ts'
import { meaningOf, shadowedBy, targetText } from '../meaning.ts'
import { promptLines } from '../prompt-lines.ts'

export const command = defineCommand({
  summary: 'show what one alias says, where it stands and where it leads',
  arguments: [{ name: 'name', summary: 'the alias', required: true }],
  options: [
    { name: 'provider', value: 'PROVIDER', summary: 'one of this provider, not a global one' },
  ],
  examples: ['gateway alias show fast'],
  async run({ name, provider }, context) {
    const [{ loadConfig }, { compileAliases }, { parse }] = await Promise.all([
      import('../../config/load.ts'),
      import('../../alias/table.ts'),
      import('../../config/parse.ts'),
    ])
    const { config, text, file } = await loadConfig(context.paths.config)
    checkProvider(config, provider)
    const aliases: ReadonlyMap<string, Alias> = aliasesOf(config, provider) ?? new Map()
    const alias = aliases.get(name)
    if (!alias) {
      throw new GatewayError('alias_not_found', {
        name,
        provider,
        near: nearest(name, aliases.keys()),
      })
    }
    const table = compileAliases(config)
    const place = parse(text).positionOf(aliasPath(name, provider), 'key')
    return {
      provider: provider ?? null,
      place: place ? `${file}:${place.line}:${place.column}` : file,
      says: targetText(alias),
      ...alias,
      meaning: meaningOf(table, name, provider) ?? null,
      shadows: shadowedBy(table, name, provider) ?? null,
    }
  },
  views: {
    human: ({ name, place, says, description, params, meaning, shadows }, { style }) =>
      [
        `${style('bold', name)} -> ${says}`,
        ...(description ? [description] : []),
        ...Object.entries(params.set).map(
          ([key, value]) => `  set ${key} = ${JSON.stringify(value)}`,
        ),
        ...Object.entries(params.default).map(
          ([key, value]) => `  default ${key} = ${JSON.stringify(value)}`,
        ),
        ...promptLines(params.prompt).map(line => `  ${line}`),
        ...(meaning ? [`goes to ${meaning.nowhere ?? meaning.targets.join(', then ')}`] : []),
        ...(shadows ? [`shadows ${shadows}`] : []),
        style('dim', place),
      ].join('\n'),
    json: result => result,
  },
})
