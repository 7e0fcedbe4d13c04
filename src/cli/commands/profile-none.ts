import { defineCommand } from '../command.ts'
import { chooseProfile, profileLines } from '../profile.ts'

export const command = defineCommand({
  summary: 'use no profile: the aliases of the config as they are',
  arguments: [],
  options: [],
  run: async (_input, context) => ({ profile: null, ...(await chooseProfile(undefined, context)) }),
  views: {
    talk: ({ before, live }) => [
      before === null ? 'no profile was in use' : `no profile; was ${before}`,
      ...profileLines(null, live),
    ],
    json: result => result,
  },
})
