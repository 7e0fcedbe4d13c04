// The names that can be completed: from the config, read leniently, as it may be half-written just then, and from the
// daemon, which knows models and temporary aliases, and is not waited for.

import { readFile } from 'node:fs/promises'
import { isPattern, PatternIndex } from '../../alias/pattern.ts'
import { buildConfig } from '../../config/build.ts'
import type { Config } from '../../config/config.ts'
import { generationNumbers } from '../../config/history.ts'
import { parse } from '../../config/parse.ts'
import type { ProviderModels, TemporaryAlias } from '../../control/api.ts'
import { connectControl } from '../../control/client.ts'
import { findPaths, type Paths } from '../../paths.ts'
import type { Candidate, Values } from './candidates.ts'

/** A daemon that is slower than this, in milliseconds, leaves a person waiting for their keystroke. */
const patience = 300

/** The values in the places of an environment. What cannot be had is not there: nothing here throws, or says anything. */
export function valuesIn(env: Readonly<Record<string, string | undefined>>): Values {
  return async (kind, { current, provider, config: file }) => {
    const paths = findPaths(env, file)
    const config = await readConfigLeniently(paths.config)
    switch (kind) {
      case 'alias':
        return named(aliasNames(config, provider, (await askDaemon(paths)).temporary))
      case 'name':
        return named(modelNames(config, current, await askDaemon(paths)))
      case 'provider':
        return providerNames(config)
      case 'profile':
        return named([...config.profiles.keys()])
      case 'stored':
        return named(await storedNames(paths))
      case 'credential':
        return named([
          ...providerNames(config).map(one => one.value),
          ...(await storedNames(paths)),
        ])
      case 'generation':
        return named((await generationNumbers(paths.history)).map(String).reverse())
      default:
        return kind satisfies never
    }
  }
}

/** Each once, without what would end a line of the answer. */
const named = (names: Iterable<string>): readonly Candidate[] =>
  [...new Set(names)].filter(name => !/\p{Cc}/u.test(name)).map(value => ({ value }))

async function readConfigLeniently(file: string): Promise<Config> {
  try {
    return buildConfig(parse(await readFile(file, 'utf8')).value)
  } catch {
    return buildConfig({})
  }
}

const providerNames = (config: Config): readonly Candidate[] =>
  [...config.providers.values(), ...config.undeclared.values()].map(({ name, baseUrl }) => ({
    value: name,
    ...(baseUrl === undefined ? {} : { summary: baseUrl }),
  }))

const aliasNames = (
  config: Config,
  provider: string | undefined,
  temporary: readonly TemporaryAlias[],
): readonly string[] => [
  ...((provider === undefined ? config : config.providers.get(provider))?.aliases.keys() ?? []),
  ...temporary.flatMap(one => (one.provider === (provider ?? null) ? [one.name] : [])),
]

/** Aliases, models, and providers up to the slash; once that is typed, the models of that provider. */
function modelNames(
  config: Config,
  current: string,
  { temporary, models }: FromDaemon,
): readonly string[] {
  const providers = [...config.providers.values()]
  const targets = [config, ...providers]
    .flatMap(({ aliases }) => [...aliases.values()])
    .flatMap(alias => alias.targets.map(target => target.model))
    .filter(model => !isPattern(model))
  const own = providers.map(({ name, models: listed, aliases }) => ({
    provider: name,
    models: [...listed, ...exactNames(aliases)],
  }))
  // All that is known would be a thousand names to begin with.
  const known = [...own, ...models.filter(({ usable }) => usable || current !== '')]
  const full = known.flatMap(one => one.models.map(model => `${one.provider}/${model}`))
  if (current.includes('/')) return [...targets, ...full]
  const presets = [...config.undeclared.values()]
  const claims = new PatternIndex(
    [...providers, ...presets].flatMap(one => one.claims.map(claim => [claim, true] as const)),
  )
  // By its bare name, only what leads somewhere.
  const bare = known.flatMap(one => one.models).filter(model => claims.find(model) !== undefined)
  return [
    ...aliasNames(config, undefined, temporary).filter(name => !isPattern(name)),
    ...targets,
    ...providers.flatMap(one => one.models),
    ...bare,
    ...[...providers, ...presets].map(({ name }) => `${name}/`),
  ]
}

const exactNames = (aliases: ReadonlyMap<string, unknown>): readonly string[] =>
  [...aliases.keys()].filter(name => !isPattern(name))

async function storedNames({ credentials }: Paths): Promise<readonly string[]> {
  try {
    return Object.keys(JSON.parse(await readFile(credentials, 'utf8')).credentials ?? {})
  } catch {
    return []
  }
}

interface FromDaemon {
  readonly temporary: readonly TemporaryAlias[]
  readonly models: readonly ProviderModels[]
}

async function askDaemon(paths: Paths): Promise<FromDaemon> {
  const client = connectControl(paths, patience)
  const [temporary, models] = await Promise.all([
    client.call('status').then(
      ({ config, temporary }) => (config.file === paths.config ? temporary : []),
      () => [],
    ),
    client.call('models').catch(() => []),
  ])
  return { temporary, models }
}
