import { readFile } from 'node:fs/promises'
import { defineCommand } from '../command.ts'

export const command = defineCommand({
  summary: 'print the JSON Schema of the config, for editors',
  arguments: [],
  options: [],
  examples: ['gateway config schema > gateway.schema.json'],
  run: () => readFile(new URL('../../../config/gateway.schema.json', import.meta.url), 'utf8'),
  views: { human: text => text.trimEnd(), json: text => JSON.parse(text) },
})
