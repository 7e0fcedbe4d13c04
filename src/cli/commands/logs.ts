import { defineCommand } from '../command.ts'
import { followLog, lastLines } from '../log-file.ts'
import { parseCount } from '../units.ts'

export const command = defineCommand({
  summary: "print the daemon's log",
  details: ['Reads the log file, so it works with the daemon stopped.'],
  arguments: [],
  options: [
    { name: 'follow', short: 'f', summary: 'go on with what is being written' },
    {
      name: 'lines',
      short: 'n',
      value: 'N',
      summary: 'begin with the last N lines (50)',
      parse: parseCount,
    },
  ],
  async run({ follow, lines = 50 }, { paths, io, say }) {
    const { text, end } = await lastLines(paths.log, lines)
    io.stdout.write(text)
    if (end === undefined) say(`no log yet: ${paths.log}`)
    if (!follow) return
    for await (const chunk of followLog(paths.log, end)) io.stdout.write(chunk)
  },
  views: {},
})
