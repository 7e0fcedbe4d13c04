import { effectiveConfig, toYaml } from '../../config/effective.ts'
import { loadConfig } from '../../config/load.ts'
import { defineCommand } from '../command.ts'

export const command = defineCommand({
  summary: 'print the config as it takes effect, defaults included',
  details: [
    'What is printed is a config itself. Credentials are shown as references; headers that may hold a secret are hidden.',
  ],
  arguments: [],
  options: [],
  run: async (_input, { paths }) => effectiveConfig((await loadConfig(paths.config)).config),
  views: { human: config => toYaml(config), json: config => config },
})
