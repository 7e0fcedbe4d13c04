// The aliases of Simon Willison's llm: `~/.config/io.datasette.llm/aliases.json`, a mapping of names to its model ids.

import { Fields, type Mapping } from '../fields.ts'
import { presets } from '../presets.ts'
import { Gathering, type Imported } from './imported.ts'

/** The first parts of model ids that its plugins use for what is a preset here. */
const prefixes: Readonly<Record<string, string>> = {
  'fireworks-ai': 'fireworks',
  'github-models': 'github',
  github_models: 'github',
  'lm-studio': 'lmstudio',
  grok: 'xai',
  together_ai: 'together',
}

export function importLlm(value: Mapping, config: unknown): Imported {
  const gathering = new Gathering(config)
  const fields = new Fields(value, [], gathering.notes)
  for (const name of fields.keys) {
    const model = fields.text(name)
    if (model === undefined) continue
    const [, first, rest] = /^([^/]+)\/(.+)$/.exec(model) ?? []
    if (first === undefined || rest === undefined) {
      if (model !== name) gathering.alias(name, model, [name])
      else fields.note(name, 'it is the name of the model itself')
      continue
    }
    const provider = presets.has(first) || declares(config, first) ? first : prefixes[first]
    if (provider === undefined)
      fields.note(
        name,
        `no provider is named ${first}, so ${model} leads nowhere`,
        `gateway alias add ${name} PROVIDER/MODEL`,
      )
    else gathering.alias(name, `${provider}/${rest}`, [name])
  }
  return gathering.done()
}

function declares(config: unknown, name: string): boolean {
  const providers = (config as { providers?: unknown } | undefined)?.providers
  return typeof providers === 'object' && providers !== null && Object.hasOwn(providers, name)
}
