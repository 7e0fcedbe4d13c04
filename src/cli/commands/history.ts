import { changeText } from '../../config/changes.ts'
import { readHistory } from '../../config/history.ts'
import { defineCommand } from '../command.ts'
import { factsOf, makerOf, timeText } from '../generations.ts'
import { table } from '../table.ts'
import { parseCount } from '../units.ts'

export const command = defineCommand({
  summary: 'show how the config came to be what it is, the newest change last',
  details: [
    'Every text of the config file that became live is a generation: its number, when that was, which command made it or that the file was edited by hand, and what is different in meaning. Numbers go on across restarts. What was changed while the daemon was stopped is one generation, of its next start; what the daemon refused is none. The last 200 are kept, with their texts, in the state folder.',
  ],
  arguments: [],
  options: [
    {
      name: 'lines',
      short: 'n',
      value: 'N',
      summary: 'the last N generations (20)',
      parse: parseCount,
    },
  ],
  examples: ['gateway history', 'gateway history show 7'],
  async run({ lines = 20 }, { paths }) {
    const all = await readHistory(paths.history)
    return { all: all.length, shown: all.slice(Math.max(all.length - lines, 0)) }
  },
  views: {
    human: ({ shown: history }, look) =>
      history.length === 0
        ? undefined
        : table(
            ['GENERATION', 'LIVE SINCE', 'BY', 'CHANGES'],
            history.map(generation => [
              String(generation.generation),
              timeText(generation.at),
              makerOf(generation),
              changesLine(generation.changes.map(changeText)),
            ]),
            look,
          ),
    talk: ({ all }) => (all === 0 ? ['no config has been live yet: gateway start'] : []),
    json: ({ shown }) =>
      shown.map(generation => ({
        ...factsOf(generation),
        says: generation.changes.map(changeText),
      })),
  },
})

const shownChanges = 3

const changesLine = (changes: readonly string[]): string =>
  [
    ...changes.slice(0, shownChanges),
    ...(changes.length > shownChanges ? [`and ${changes.length - shownChanges} more`] : []),
  ].join('; ') || 'nothing in meaning'
