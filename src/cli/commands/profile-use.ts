import { GatewayError } from '../../errors.ts'
import { nearest } from '../../nearest.ts'
import { defineCommand } from '../command.ts'
import { chooseProfile, profileExit, profileLines } from '../profile.ts'
import { count } from '../units.ts'

export const command = defineCommand({
  summary: 'lay the aliases of a profile over the others',
  details: [
    'Which profile is in use is remembered for this config file, outside it, and holds after a restart too. Where the daemon runs, it is live when the command returns.',
  ],
  arguments: [
    { name: 'name', summary: 'a profile of the config', required: true, completes: 'profile' },
  ],
  options: [],
  examples: ['gateway profile use offline'],
  async run({ name }, context) {
    const { loadConfig } = await import('../../config/load.ts')
    const { config } = await loadConfig(context.paths.config)
    const profile = config.profiles.get(name)
    if (!profile)
      throw new GatewayError('profile_not_found', {
        profile: name,
        near: nearest(name, config.profiles.keys()),
      })
    const off = [...profile.values()].filter(alias => alias === null).length
    const chosen = await chooseProfile(name, context)
    return { profile: name, aliases: profile.size - off, off, ...chosen }
  },
  views: {
    talk: ({ profile, aliases, off, before, live }) => [
      `profile ${profile}: ${count(aliases, 'alias', 'aliases')}${off > 0 ? `, ${off} switched off` : ''}${before !== null && before !== profile ? `; was ${before}` : ''}`,
      ...profileLines(profile, live),
    ],
    json: result => result,
    exit: ({ live }) => profileExit(live),
  },
})
