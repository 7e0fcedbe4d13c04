import { GatewayError } from '../../errors.ts'
import { nearest } from '../../nearest.ts'
import { aliasesOf, aliasPath, checkProvider } from '../aliases.ts'
import { defineCommand } from '../command.ts'
import { livenessExit, livenessLines, waitUntilLive } from '../live.ts'
import { targetText } from '../meaning.ts'

export const command = defineCommand({
  summary: 'take names away again',
  arguments: [{ name: 'name', summary: 'the aliases to remove', required: true, many: true }],
  options: [
    { name: 'provider', value: 'PROVIDER', summary: 'those of this provider, not the global ones' },
  ],
  examples: ['gateway alias remove fast', 'gateway alias remove fast --provider ollama'],
  async run({ name: names, provider }, context) {
    const [{ editConfig, deleteValue }, { parseConfig }] = await Promise.all([
      import('../../config/edit.ts'),
      import('../../config/load.ts'),
    ])
    const file = context.paths.config
    const removed = new Map<string, string>()
    const edit = await editConfig(file, text => {
      const { config } = parseConfig(text, file)
      checkProvider(config, provider)
      const aliases = aliasesOf(config, provider) ?? new Map()
      for (const name of new Set(names)) {
        const alias = aliases.get(name)
        if (!alias)
          throw new GatewayError('alias_not_found', {
            name,
            provider,
            near: nearest(name, aliases.keys()),
          })
        removed.set(name, targetText(alias))
      }
      return [...removed.keys()].reduce(
        (rest, name) => deleteValue(rest, aliasPath(name, provider)),
        text,
      )
    })
    return {
      removed: [...removed].map(([name, target]) => ({ name, target })),
      provider: provider ?? null,
      live: await waitUntilLive(context, edit.hash),
    }
  },
  views: {
    talk: ({ removed, provider, live }) => [
      ...removed.map(
        ({ name, target }) => `removed ${name}, was ${target}${provider ? ` on ${provider}` : ''}`,
      ),
      ...livenessLines(live),
    ],
    json: result => result,
    exit: ({ live }) => livenessExit(live),
  },
})
