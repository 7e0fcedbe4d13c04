import { defineCommand } from '../command.ts'
import { drainOf, drainOptions, stopDaemon, stopLines } from '../halt.ts'

export const command = defineCommand({
  summary: 'stop the daemon when running answers have finished',
  details: [
    'New connections are refused at once. Answers that run longer than the drain allows (30 s, or "drain" in the config) are cut.',
  ],
  arguments: [],
  options: drainOptions,
  async run(given, context) {
    return stopDaemon(context, drainOf(given))
  },
  views: { talk: stopLines, json: result => result },
})
