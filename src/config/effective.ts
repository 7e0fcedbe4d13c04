// The effective config as a value that is itself a valid config, every default written out.

import type { Alias, Fallback, Params, Timeouts } from '../alias/alias.ts'
import type { Config, ProviderConfig } from './config.ts'
import { writeScalar } from './parse.ts'
import { promptValue } from './prompt-value.ts'
import { writeDuration } from './units.ts'

type Scalar = string | number | boolean | null
export type Value = Scalar | readonly Value[] | { readonly [key: string]: Value | undefined }

/** Presets that the config does not declare are left out; headers that may hold a secret are hidden. */
export function effectiveConfig(config: Config): Value {
  return {
    listen: address(config.listen),
    hosts: config.hosts,
    cors: { origins: config.cors.origins },
    defaultProvider: config.defaultProvider,
    respondAs: config.respondAs,
    fallback: fallback(config.fallback),
    keepAlive: writeDuration(config.keepAlive),
    usage: config.usage,
    limits: {
      ...config.limits,
      headerTime: writeDuration(config.limits.headerTime),
      bodyTime: writeDuration(config.limits.bodyTime),
      wait: writeDuration(config.limits.wait),
    },
    log: { ...config.log },
    workers: config.workers,
    metrics: {
      clientPort: config.metrics.clientPort,
      listen: config.metrics.listen && address(config.metrics.listen),
    },
    drain: writeDuration(config.drain),
    providers: each(config.providers, effectiveProvider),
    aliases: each(config.aliases, effectiveAlias),
    ...(config.models.size > 0 ? { models: each(config.models, facts => facts) } : {}),
    profiles: each(config.profiles, profile => each(profile, one => one && effectiveAlias(one))),
  }
}

const address = ({ host, port }: Config['listen']): string =>
  `${host.includes(':') ? `[${host}]` : host}:${port}`

const each = <T>(map: ReadonlyMap<string, T>, show: (item: T) => Value): Value =>
  Object.fromEntries([...map].map(([name, item]) => [name, show(item)]))

export function effectiveProvider(config: ProviderConfig): Value {
  return {
    preset: config.preset,
    api: config.api,
    baseUrl: config.baseUrl,
    credential: config.credential,
    headers: Object.fromEntries(
      Object.entries(config.headers).map(([name, value]) => [
        name,
        isSecretHeader(name) ? '(hidden)' : value,
      ]),
    ),
    timeouts: timeouts(config.timeouts),
    limits: { ...config.limits, wait: writeDuration(config.limits.wait) },
    models: config.models,
    ...(some(config.quirks) ? { quirks: config.quirks } : {}),
    aliases: each(config.aliases, effectiveAlias),
  }
}

/** A header whose value may be a secret, whatever the provider calls it. */
const isSecretHeader = (name: string): boolean =>
  /auth|key|token|secret|cookie|password|session|signature/i.test(name)

export function effectiveAlias({ targets, params: shared, sticky, ...rest }: Alias): Value {
  const more = {
    ...params(shared),
    ...(rest.respondAs ? { respondAs: rest.respondAs } : {}),
    ...(some(rest.fallback) ? { fallback: fallback(rest.fallback) } : {}),
    ...(some(rest.timeouts) ? { timeouts: timeouts(rest.timeouts) } : {}),
    ...(rest.hidden ? { hidden: true } : {}),
    ...(rest.disabled ? { disabled: true } : {}),
    ...(sticky ? {} : { sticky: false }),
    ...(rest.description === undefined ? {} : { description: rest.description }),
  }
  const list = targets.map(({ model, weight, params: own }): Value => {
    const facts = { ...(weight === undefined ? {} : { weight }), ...params(own) }
    return Object.keys(facts).length > 0 ? { model, ...facts } : model
  })
  const [only] = list
  const single = list.length === 1 && typeof only === 'string'
  if (single && Object.keys(more).length === 0) return only
  return single ? { target: only, ...more } : { targets: list, ...more }
}

const some = (said: object): boolean => Object.keys(said).length > 0

function fallback({ on, attempts, budget }: Partial<Fallback>): Value {
  // A status is a number in the file.
  const reasons = on?.map(reason => (/^\d+$/.test(reason) ? Number(reason) : reason))
  return { on: reasons, attempts, budget: budget === undefined ? undefined : writeDuration(budget) }
}

const timeouts = (said: Partial<Timeouts>): Value =>
  Object.fromEntries(Object.entries(said).map(([name, ms]) => [name, writeDuration(ms)]))

const params = (params: Params): { readonly [key: string]: Value } => ({
  ...(Object.keys(params.set).length > 0 ? { set: params.set as Value } : {}),
  ...(Object.keys(params.default).length > 0 ? { default: params.default as Value } : {}),
  ...(params.remove.length > 0 ? { remove: params.remove } : {}),
  ...(promptValue(params.prompt) as { readonly [key: string]: Value }),
})

/** Block style YAML, two spaces a level. */
export function toYaml(value: Value, indent = ''): string {
  if (isList(value)) return value.map(item => `${indent}- ${inline(item)}`).join('\n')
  if (!isMapping(value)) return indent + writeScalar(value)
  return Object.entries(value)
    .filter((entry): entry is [string, Value] => entry[1] !== undefined)
    .map(([key, item]) => {
      const name = `${indent}${writeScalar(key)}:`
      return nested(item) ? `${name}\n${toYaml(item, `${indent}  `)}` : `${name} ${inline(item)}`
    })
    .join('\n')
}

const isList = (value: Value): value is readonly Value[] => Array.isArray(value)
const isMapping = (value: Value): value is { readonly [key: string]: Value | undefined } =>
  typeof value === 'object' && value !== null && !isList(value)

const nested = (value: Value): boolean =>
  isList(value) ? value.length > 0 : isMapping(value) && Object.keys(value).length > 0

/** JSON is YAML, too: in a list, or where there is nothing inside, one line is easier to read. */
const inline = (value: Value): string =>
  isList(value) || isMapping(value) ? JSON.stringify(value) : writeScalar(value)
