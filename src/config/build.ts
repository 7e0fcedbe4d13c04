// The value of a config file -> Config, filled with defaults.
//
// It never throws: what has the wrong type is as if it were not written. `validate` says what is wrong with it; building on
// all the same lets the aliases be checked in the same run, so that a person sees every problem at once.

import { availableParallelism } from 'node:os'
import {
  type Alias,
  type AliasTarget,
  type Fallback,
  noParams,
  noPrompt,
  nothingSaid,
  type Params,
  type Prompt,
  type PromptMessage,
  promptRoles,
  type Timeouts,
} from '../alias/alias.ts'
import type { Profile } from '../alias/overlay.ts'
import { cloudUrl } from './cloud-url.ts'
import type { Config, Crowd, FactsConfig, Limits, ProviderConfig } from './config.ts'
import {
  declaredCredential,
  defaultCrowd,
  defaultFallback,
  defaultTimeouts,
  presetProvider,
  presets,
} from './presets.ts'
import { longestTimer, parseDuration, parseListen, parseSize } from './units.ts'

type Raw = Readonly<Record<string, unknown>>

/** The config that a file's value means; `{}` gives all defaults. */
export function buildConfig(value: unknown): Config {
  const root = mapping(value)
  const log = mapping(root['log'])
  const metrics = mapping(root['metrics'])
  const providers = new Map(
    Object.entries(mapping(root['providers'])).map(([name, raw]) => [
      name,
      buildProvider(name, mapping(raw)),
    ]),
  )
  const undeclared = new Map(
    [...presets.keys()]
      .filter(name => !providers.has(name))
      .map(name => [name, presetProvider(name)!]),
  )
  return {
    listen: parseListen(root['listen']) ?? { host: '127.0.0.1', port: 8080 },
    hosts: texts(root['hosts']).map(host => host.toLowerCase().replace(/^\[|\]$|\.$/g, '')),
    cors: { origins: texts(mapping(root['cors'])['origins']) },
    defaultProvider: text(root['defaultProvider']),
    respondAs: root['respondAs'] === 'alias' ? 'alias' : 'upstream',
    fallback: { ...defaultFallback, ...buildFallback(root['fallback']) },
    keepAlive: timer(root['keepAlive']) ?? 15_000,
    usage: oneOf(root['usage'], ['pass', 'inject']) ?? 'pass',
    providers,
    undeclared,
    aliases: buildAliases(root['aliases']),
    models: new Map(
      Object.entries(mapping(root['models'])).map(([pattern, raw]) => [
        pattern,
        mapping(raw) as FactsConfig,
      ]),
    ),
    profiles: new Map(
      Object.entries(mapping(root['profiles'])).map(([name, raw]) => [name, buildProfile(raw)]),
    ),
    limits: buildLimits(mapping(root['limits'])),
    log: {
      level: oneOf(log['level'], ['debug', 'info', 'warn', 'error']) ?? 'info',
      format: oneOf(log['format'], ['json', 'text']) ?? 'text',
      size: parseSize(log['size']) ?? 10 * 1024 ** 2,
      files: number(log['files']) ?? 3,
    },
    workers: root['workers'] === 'auto' ? availableParallelism() : (number(root['workers']) ?? 1),
    metrics: {
      clientPort: boolean(metrics['clientPort']),
      listen: parseListen(metrics['listen']),
    },
    drain: timer(root['drain']) ?? 30_000,
  }
}

function buildProvider(name: string, raw: Raw): ProviderConfig {
  const preset = text(raw['preset']) ?? (presets.has(name) ? name : undefined)
  const base = preset === undefined ? undefined : presetProvider(preset)
  const given = text(raw['baseUrl'])?.replace(/\/+$/, '')
  const region = text(raw['region'])
  const place = { region, project: text(raw['project']), location: text(raw['location']) }
  const baseUrl = given ?? base?.baseUrl ?? cloudUrl(preset, place)
  const credential = text(raw['credential'])
  return {
    name,
    preset,
    api: oneOf(raw['api'], ['openai', 'anthropic', 'gemini']) ?? base?.api ?? 'openai',
    baseUrl,
    // The preset's words name the provider by the preset's name, and this one may have another.
    unavailable: baseUrl
      ? undefined
      : base?.unavailable?.replaceAll(`providers.${preset}.`, `providers.${name}.`),
    region,
    credential:
      credential ?? declaredCredential(preset, given !== undefined) ?? base?.credential ?? 'none',
    credentialDeclared: credential !== undefined,
    credentialHeader: base?.credentialHeader,
    builtIn: base?.builtIn ?? false,
    headers: Object.fromEntries(
      Object.entries(mapping(raw['headers'])).flatMap(([header, value]) =>
        typeof value === 'string' ? [[header.toLowerCase(), value]] : [],
      ),
    ),
    timeouts: { ...defaultTimeouts, ...buildTimeouts(raw['timeouts']) },
    models: texts(raw['models']),
    quirks: mapping(raw['quirks']) as ProviderConfig['quirks'],
    claims: base?.claims ?? [],
    aliases: buildAliases(raw['aliases']),
    limits: buildCrowd(mapping(raw['limits']), defaultCrowd),
  }
}

/** A duration that something waits for. */
function timer(text: unknown): number | undefined {
  const ms = parseDuration(text)
  return ms === undefined ? undefined : Math.min(ms, longestTimer)
}

function buildLimits(raw: Raw): Limits {
  return {
    body: parseSize(raw['body']) ?? 64 * 1024 ** 2,
    header: parseSize(raw['header']) ?? 32 * 1024,
    headerTime: timer(raw['headerTime']) ?? 60_000,
    bodyTime: timer(raw['bodyTime']) ?? 300_000,
    connections: number(raw['connections']) ?? 8192,
    ...buildCrowd(raw, { concurrent: 4096, queue: 1024, wait: 30_000 }),
  }
}

function buildCrowd(raw: Raw, otherwise: Crowd): Crowd {
  return {
    concurrent: number(raw['concurrent']) ?? otherwise.concurrent,
    queue: number(raw['queue']) ?? otherwise.queue,
    wait: timer(raw['wait']) ?? otherwise.wait,
  }
}

/** As much of it as is written. */
function buildTimeouts(value: unknown): Partial<Timeouts> {
  const raw = mapping(value)
  return written({
    connect: timer(raw['connect']),
    firstByte: timer(raw['firstByte']),
    idle: timer(raw['idle']),
    total: timer(raw['total']),
  })
}

function buildFallback(value: unknown): Partial<Fallback> {
  const raw = mapping(value)
  return written({
    on: Array.isArray(raw['on']) ? raw['on'].map(String) : undefined,
    attempts: number(raw['attempts']),
    budget: timer(raw['budget']),
  })
}

function buildAliases(raw: unknown): ReadonlyMap<string, Alias> {
  return new Map(
    Object.entries(mapping(raw)).flatMap(([name, value]) => {
      const alias = buildAlias(name, value)
      return alias ? [[name, alias]] : []
    }),
  )
}

function buildProfile(raw: unknown): Profile {
  const off = Object.entries(mapping(raw)).filter(([, value]) => value === null)
  return new Map([...buildAliases(raw), ...off.map(([name]) => [name, null] as const)])
}

/** An alias from what the file writes for it; undefined where that names no target. */
export function buildAlias(name: string, value: unknown): Alias | undefined {
  const raw = typeof value === 'string' ? { target: value } : mapping(value)
  const targets = [
    ...(typeof raw['target'] === 'string' ? [raw['target']] : []),
    ...(Array.isArray(raw['targets']) ? raw['targets'] : []),
  ].flatMap(buildTarget)
  if (!targets.length) return undefined
  return {
    name,
    targets,
    sticky: raw['sticky'] !== false,
    params: buildParams(raw),
    hidden: raw['hidden'] === true,
    disabled: raw['disabled'] === true,
    respondAs: oneOf(raw['respondAs'], ['alias', 'upstream']),
    fallback: buildFallback(raw['fallback']),
    timeouts: buildTimeouts(raw['timeouts']),
    description: text(raw['description']),
  }
}

function buildTarget(value: unknown): AliasTarget[] {
  const raw = typeof value === 'string' ? { model: value } : mapping(value)
  const model = text(raw['model'])
  if (model === undefined) return []
  return [{ model, weight: number(raw['weight']), params: buildParams(raw) }]
}

function buildParams(raw: Raw): Params {
  const params = {
    set: mapping(raw['set']),
    default: mapping(raw['default']),
    remove: texts(raw['remove']),
    prompt: buildPrompt(raw),
  }
  const empty =
    params.prompt === noPrompt &&
    !params.remove.length &&
    !Object.keys(params.set).length &&
    !Object.keys(params.default).length
  return empty ? noParams : params
}

/** `system` is the short form of the commonest prompt, and comes before what the long one says. */
function buildPrompt(raw: Raw): Prompt {
  const prompt = mapping(raw['prompt'])
  const system = text(raw['system'])
  const prepend = [
    ...(system ? [{ role: 'system', content: system } as const] : []),
    ...messages(prompt['prepend']),
  ]
  const append = messages(prompt['append'])
  return prepend.length + append.length > 0 ? { prepend, append } : noPrompt
}

function messages(value: unknown): readonly PromptMessage[] {
  return (Array.isArray(value) ? value : []).flatMap(item => {
    const role = oneOf(mapping(item)['role'], promptRoles)
    const content = text(mapping(item)['content'])
    return role === undefined || !content ? [] : [{ role, content }]
  })
}

/** The entries that are there; one object for all that have none, as most aliases do. */
function written<T extends object>(
  entries: {
    readonly [Key in keyof T]: T[Key] | undefined
  },
): Partial<T> {
  const there = Object.entries(entries).filter(([, value]) => value !== undefined)
  return there.length === 0 ? nothingSaid : (Object.fromEntries(there) as Partial<T>)
}

function mapping(value: unknown): Raw {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Raw) : {}
}

function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter(item => typeof item === 'string') : []
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

function number(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined
}

function boolean(value: unknown): boolean | undefined {
  return typeof value === 'boolean' ? value : undefined
}

function oneOf<Known extends string>(value: unknown, known: readonly Known[]): Known | undefined {
  return known.find(word => word === value)
}
