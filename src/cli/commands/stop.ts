import { GatewayError } from '../../errors.ts'
import { defineCommand } from '../command.ts'
import { stopDaemon, stopLines } from '../halt.ts'
import { parseDuration } from '../units.ts'

export const command = defineCommand({
  summary: 'stop the daemon when running answers have finished',
  details: [
    'New connections are refused at once. Answers that run longer than the drain allows (30 s, or "drain" in the config) are cut.',
  ],
  arguments: [],
  options: [
    { name: 'now', summary: 'cut running answers' },
    {
      name: 'drain',
      value: 'DURATION',
      summary: 'how long running answers may take to finish, e.g. 2m',
      parse: parseDuration,
    },
  ],
  async run({ now, drain }, context) {
    if (now && drain !== undefined)
      throw new GatewayError('usage', { reason: '--now and --drain exclude each other' })
    return stopDaemon(context, now ? 0 : drain)
  },
  views: { talk: stopLines, json: result => result },
})
