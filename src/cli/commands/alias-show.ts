import type { Alias } from '../../alias/alias.ts'
import { meaningOf, shadowedBy } from '../../alias/meaning.ts'
import { targetText } from '../../alias/text.ts'
import { GatewayError } from '../../errors.ts'
import { nearest } from '../../nearest.ts'
import { aliasesOf, aliasPath, checkProvider } from '../aliases.ts'
import { defineCommand } from '../command.ts'
import { promptLines } from '../prompt-lines.ts'
import { layerNote } from '../temporary.ts'

export const command = defineCommand({
  summary: 'show what one alias says, where it stands and where it leads',
  arguments: [{ name: 'name', summary: 'the alias', required: true, completes: 'alias' }],
  options: [
    { name: 'provider', value: 'PROVIDER', summary: 'one of this provider, not a global one' },
  ],
  examples: ['gateway alias show fast'],
  async run({ name, provider }, context) {
    const [{ namesNow }, { compileAliases }, { parse }] = await Promise.all([
      import('../names-now.ts'),
      import('../../alias/table.ts'),
      import('../../config/parse.ts'),
    ])
    const { config, loaded } = await namesNow(context)
    const { text, file } = loaded
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
    const { layer } = alias
    // One that only the daemon has stands nowhere.
    const path =
      layer?.kind === 'profile' ? ['profiles', layer.profile, name] : aliasPath(name, provider)
    const place = layer?.kind === 'temporary' ? undefined : parse(text).positionOf(path, 'key')
    const fileAlias = layer && aliasesOf(loaded.config, provider)?.get(name)
    return {
      provider: provider ?? null,
      place: place ? `${file}:${place.line}:${place.column}` : layer ? null : file,
      mark: layer ? layerNote(layer, Date.now()) : null,
      /** What the file itself says of the name, where something lies over it. */
      over: fileAlias ? targetText(fileAlias) : null,
      says: targetText(alias),
      ...alias,
      meaning: meaningOf(table, name, provider) ?? null,
      shadows: shadowedBy(table, name, provider) ?? null,
    }
  },
  views: {
    human: ({ name, place, says, mark, over, description, params, meaning, shadows }, { style }) =>
      [
        `${style('bold', name)} -> ${says}`,
        ...(description ? [description] : []),
        ...Object.entries(params.set).map(
          ([key, value]) => `  set ${key} = ${JSON.stringify(value)}`,
        ),
        ...Object.entries(params.default).map(
          ([key, value]) => `  default ${key} = ${JSON.stringify(value)}`,
        ),
        ...params.remove.map(key => `  remove ${key}`),
        ...promptLines(params.prompt).map(line => `  ${line}`),
        ...(meaning?.nowhere ? [`leads nowhere: ${meaning.nowhere}`] : []),
        ...(meaning?.nowhere === undefined && meaning
          ? [`goes to ${meaning.targets.join(', then ')}`]
          : []),
        ...(shadows ? [`shadows ${shadows}`] : []),
        ...(mark ? [over === null ? mark : `${mark}; without it: ${over}`] : []),
        ...(place ? [style('dim', place)] : []),
      ].join('\n'),
    json: result => result,
  },
})
