import { defineCommand } from '../command.ts'

export const command = defineCommand({
  summary: 'print where the config file is',
  details: [
    'With --json, also where the credentials, the history, the log and the control socket are.',
  ],
  arguments: [],
  options: [],
  run: async (_input, { paths }) => paths,
  views: { human: paths => paths.config, json: paths => paths },
})
