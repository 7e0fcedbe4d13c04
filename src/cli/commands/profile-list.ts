import { defineCommand } from '../command.ts'
import { table } from '../table.ts'

export const command = defineCommand({
  summary: 'show the profiles of the config, and which is in use',
  arguments: [],
  options: [],
  async run(_input, context) {
    const [{ loadConfig }, { profileOf }] = await Promise.all([
      import('../../config/load.ts'),
      import('../names-now.ts'),
    ])
    const { config } = await loadConfig(context.paths.config)
    const chosen = await profileOf(context)
    const profiles = [...config.profiles].map(([name, aliases]) => ({
      name,
      inUse: name === chosen,
      /** What it gives a meaning, and what it switches off. */
      aliases: [...aliases].flatMap(([alias, value]) => (value ? [alias] : [])),
      off: [...aliases].flatMap(([alias, value]) => (value ? [] : [alias])),
    }))
    return { inUse: chosen ?? null, profiles }
  },
  views: {
    human: ({ profiles }, look) =>
      profiles.length === 0
        ? undefined
        : table(
            ['', 'NAME', 'ALIASES', 'OFF'],
            profiles.map(({ name, inUse, aliases, off }) => [
              inUse ? '*' : '',
              name,
              String(aliases.length),
              String(off.length),
            ]),
            look,
          ),
    talk: ({ inUse, profiles }) => [
      ...(profiles.length === 0 ? ['the config has no profiles: man gateway.yaml'] : []),
      ...(inUse !== null && !profiles.some(profile => profile.inUse)
        ? [`the profile "${inUse}" was chosen, and the config has none of that name`]
        : []),
    ],
    json: result => result,
  },
})
