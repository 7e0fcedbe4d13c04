import { changeText } from '../../config/changes.ts'
import { readHistory } from '../../config/history.ts'
import { defineCommand } from '../command.ts'
import { factsOf, findGeneration, makerOf, timeText } from '../generations.ts'
import { unifiedDiff } from '../unified.ts'

export const command = defineCommand({
  summary: 'show one generation: what it changed, in meaning and in the text',
  details: [
    'The difference is to the generation before, where that is still kept. The text is shown as it stands in the file.',
  ],
  arguments: [
    {
      name: 'number',
      summary: 'as "gateway history" shows it',
      required: true,
      completes: 'generation',
    },
  ],
  options: [{ name: 'text', summary: 'print the text of the config, byte for byte, instead' }],
  examples: ['gateway history show 7', 'gateway history show 7 --text > old.yaml'],
  async run({ number, text }, { paths, io, json }) {
    const history = await readHistory(paths.history)
    const found = findGeneration(history, number)
    const bare = text && !json
    if (bare) io.stdout.write(found.text)
    const before = history[history.indexOf(found) - 1]
    return { found, bare, diff: unifiedDiff(before?.text ?? '', found.text) }
  },
  views: {
    human: ({ found, bare, diff }, { style }) =>
      bare
        ? undefined
        : [
            style('bold', `generation ${found.generation}`) +
              `, live since ${timeText(found.at)}, ${makerOf(found)}`,
            ...(found.restores === undefined
              ? []
              : [`the text of generation ${found.restores} again`]),
            ...found.changes.map(change => `  ${changeText(change)}`),
            ...(found.changes.length === 0 ? ['  nothing in meaning'] : []),
            ...(diff === '' ? [] : ['', coloured(diff, style)]),
          ].join('\n'),
    json: ({ found, diff }) => ({
      ...factsOf(found),
      says: found.changes.map(changeText),
      diff,
      text: found.text,
    }),
  },
})

const coloured = (
  diff: string,
  style: (style: 'red' | 'green' | 'dim', text: string) => string,
): string =>
  diff
    .split('\n')
    .map(line =>
      line.startsWith('+')
        ? style('green', line)
        : line.startsWith('-')
          ? style('red', line)
          : line.startsWith('@')
            ? style('dim', line)
            : line,
    )
    .join('\n')
