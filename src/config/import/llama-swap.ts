// llama-swap starts and stops local servers by the model that a request names. It stays where it is: one provider here,
// whose models are the keys of its `models`, and whose aliases become ours.
// https://github.com/mostlygeek/llama-swap (config.example.yaml)

import { Fields, isMapping, type Mapping } from '../fields.ts'
import { parseListen } from '../units.ts'
import { Gathering, type Imported } from './imported.ts'

/** Where it listens unless told otherwise, and where it is told to in its own examples of containers. */
const usualPort = 8080
const otherPort = 9292

/** `baseUrl` is where it listens, which its config does not say. */
export function importLlamaSwap(value: Mapping, config: unknown, baseUrl?: string): Imported {
  const gathering = new Gathering(config)
  const fields = new Fields(value, [], gathering.notes)
  const models = fields.below('models')
  const peers = fields.below('peers')
  const known = [
    ...models.keys.flatMap(id => [id, ...Object.keys(variantsOf(models, id))]),
    ...peers.keys.flatMap(name => {
      const peer = peers.below(name)
      const names = peer.list('models').filter(model => typeof model === 'string')
      peer.rest(stays)
      return names
    }),
  ]
  const hasKeys = fields.list('apiKeys').length > 0
  const name = gathering.provider('llama-swap', {
    api: 'openai',
    baseUrl: baseUrl ?? guessedUrl(config, fields),
    ...(hasKeys ? { credential: 'store:llama-swap' } : {}),
    models: [...new Set(known)],
  })
  if (hasKeys)
    fields.note(
      'apiKeys',
      'they are what llama-swap accepts, and not what this gateway shows it',
      `gateway credential set ${name}`,
    )
  for (const id of models.keys) {
    const model = models.below(id)
    const hidden = model.take('unlisted') === true
    const description = model.take('description')
    const aliases = model.list('aliases')
    for (const [i, alias] of aliases.entries()) {
      const path = [...model.path, 'aliases', i]
      const entry = isMapping(alias) ? new Fields(alias, path, gathering.notes) : undefined
      const own = entry ? entry.text('id') : alias
      const unlisted = hidden || entry?.take('unlisted') === true
      const said = entry?.take('name')
      entry?.rest(stays)
      if (typeof own !== 'string') {
        gathering.notes.push({ path, why: 'it has no name' })
        continue
      }
      const words = typeof said === 'string' && said !== own ? said : description
      const more = {
        ...(unlisted ? { hidden: true } : {}),
        ...(typeof words === 'string' && words !== '' ? { description: words } : {}),
      }
      const target = `${name}/${id}`
      gathering.alias(own, Object.keys(more).length > 0 ? { target, ...more } : target, path)
    }
    // Parameters that llama-swap itself sets are set all the same: it still gets each request.
    model.rest(stays)
  }
  fields.rest(stays)
  return gathering.done()
}

const stays = () => 'llama-swap does that itself, and goes on doing it'

// biome-ignore lint/suspicious/noTemplateCurlyInString: it is llama-swap that puts the id there
const modelId = '${MODEL_ID}'

/** The names that stand for a model with other parameters: llama-swap makes aliases of them. */
function variantsOf(models: Fields, id: string): Mapping {
  const model = models.take(id)
  const filters = isMapping(model) ? model['filters'] : undefined
  const variants = isMapping(filters) ? filters['setParamsByID'] : undefined
  return isMapping(variants)
    ? Object.fromEntries(
        Object.entries(variants)
          .map(([name, params]) => [name.replaceAll(modelId, id), params])
          .filter(([name]) => name !== id),
      )
    : {}
}

function guessedUrl(config: unknown, fields: Fields): string {
  const listen = parseListen(isMapping(config) ? config['listen'] : undefined)
  const taken = (listen?.port ?? usualPort) === usualPort
  const port = taken ? otherPort : usualPort
  fields.notes.push({
    path: [],
    why: taken
      ? `where it listens is not in its config, and its usual port ${usualPort} is the gateway's; taken to be ${port}`
      : `where it listens is not in its config; taken to be port ${port}`,
    hint: `llama-swap -listen 127.0.0.1:${port}, or give --base-url`,
  })
  return `http://127.0.0.1:${port}/v1`
}
