import { createHash } from 'node:crypto'
import type { Resolution } from '../alias/resolve.ts'
import { GatewayError } from '../errors.ts'
import { clientLeft, readBody } from '../proxy/body.ts'
import { asText, type Json } from '../translate/values.ts'
import { atOnce } from '../wire/steps.ts'
import type { Endpoint } from './endpoints.ts'
import type { Exchange } from './exchange.ts'
import { resolveFor, targetName } from './inference.ts'
import { type ListedModel, modelOf, modelsOf } from './models.ts'
import { parseObject } from './parse-object.ts'
import type { Snapshot } from './snapshot.ts'

/**
 * Tools refuse an Ollama that is too old for what they use: this is a version that has all that is answered here, tool
 * calls with ids and thinking among it, and that lists capabilities.
 */
const version = '0.20.0'

/** `GET /`: tools look whether Ollama is there, some of them by these very words. */
export function ollamaRunning(exchange: Exchange): void {
  const text = 'Ollama is running'
  exchange.answered(200)
  exchange.res.writeHead(200, {
    'content-type': 'text/plain; charset=utf-8',
    'content-length': text.length,
  })
  exchange.res.end(exchange.req.method === 'HEAD' ? undefined : text)
}

/** `GET /api/version` */
export function ollamaVersion(exchange: Exchange): void {
  exchange.json(200, { version })
}

/** `GET /api/ps`: nothing is loaded here. */
export function ollamaProcesses(exchange: Exchange): void {
  exchange.json(200, { models: [] })
}

/** `GET /api/tags`: the names of `GET /v1/models`. */
export function ollamaTags(exchange: Exchange): void {
  const { snapshot } = exchange
  modelsOf(snapshot).then(
    models =>
      exchange.json(200, {
        models: models.map(model => {
          const resolution = snapshot.resolver.resolve(model.id)
          return {
            name: model.id,
            model: model.id,
            modified_at: snapshot.loadedAt.toISOString(),
            size: 0,
            digest: digestOf(resolution),
            details: detailsOf(model, resolution),
          }
        }),
      }),
    error => exchange.fail(error),
  )
}

/** `POST /api/show`: also a name that is not listed, if it leads somewhere. */
export function ollamaShow(exchange: Exchange): void {
  const { snapshot, req } = exchange
  readBody(req, snapshot.config.limits.body, result => {
    if (result === clientLeft) return
    show(exchange, result).then(
      shown => exchange.json(200, shown),
      error => exchange.fail(error),
    )
  })
}

/** What only a machine that keeps models can do. */
export function ollamaOnly(_exchange: Exchange, { path }: Endpoint): void {
  throw new GatewayError('not_offered', {
    provider: 'the gateway',
    endpoint: path,
    reason: 'it keeps no models of its own',
    hint: 'give a name to a model with: gateway alias add NAME TARGET',
  })
}

async function show(exchange: Exchange, result: Buffer | GatewayError): Promise<object> {
  if (result instanceof GatewayError) throw result
  const { snapshot } = exchange
  const asked = shownName(atOnce(parseObject(result)))
  const resolution = resolveFor(exchange, ollamaName(snapshot, asked))
  const model = await modelOf(snapshot, resolution)
  const { contextWindow } = model.facts
  return {
    modelfile: '',
    parameters: '',
    template: '',
    modified_at: snapshot.loadedAt.toISOString(),
    details: detailsOf(model, resolution),
    // Tools look for the context length under the name of the architecture, whatever that is.
    model_info: {
      'general.architecture': 'gateway',
      'general.basename': model.id,
      ...(contextWindow === undefined ? {} : { 'gateway.context_length': contextWindow }),
    },
    capabilities: capabilitiesOf(resolution, model),
  }
}

/** `name` is what older clients call it. */
function shownName({ model, name }: Json): string {
  const asked = asText(model) ?? asText(name)
  if (asked === undefined) throw new GatewayError('model_missing')
  return asked
}

/** What Ollama would know of the files of a model is empty; `parent_model` says what is behind the name. */
function detailsOf({ provider }: ListedModel, { targets }: Resolution): object {
  return {
    parent_model: targetName(targets[0]!),
    format: '',
    family: provider,
    families: [provider],
    parameter_size: '',
    quantization_level: '',
  }
}

/** No more is said than is known: tools are for the provider to refuse, and pictures only where the model takes them. */
function capabilitiesOf({ targets }: Resolution, { facts }: ListedModel): string[] {
  if (/embed/i.test(targets[0]!.model)) return ['embedding']
  const sees = facts.inputModalities?.includes('image') ?? false
  return ['completion', 'tools', ...(sees ? ['vision'] : [])]
}

/** The same as long as the name means the same. */
const digestOf = ({ targets }: Resolution): string =>
  createHash('sha256')
    .update(JSON.stringify(targets.map(({ provider, model, params }) => [provider, model, params])))
    .digest('hex')

const latest = ':latest'

/**
 * The name that a client of Ollama's means. Tools add `:latest` to a name without a tag; that counts only where the config
 * says it too.
 */
export function ollamaName({ resolver: { table } }: Snapshot, name: string): string {
  const bare = name.endsWith(latest) ? name.slice(0, -latest.length) : ''
  if (bare === '') return name
  const names = [name, name.slice(name.indexOf('/') + 1)]
  const said = [table.global, ...table.declared].some(({ exact, patterns }) =>
    names.some(n => exact.has(n) || patterns.find(n)?.value.name.endsWith(latest)),
  )
  return said || table.declared.some(({ models }) => models.has(name)) ? name : bare
}
