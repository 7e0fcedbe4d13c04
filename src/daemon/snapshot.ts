import { Resolver } from '../alias/resolver.ts'
import type { Config, ProviderConfig } from '../config/config.ts'
import { Credential } from '../config/credential.ts'
import { type CredentialSources, resolveCredential } from '../config/resolve-credential.ts'
import { openProvider, type Provider, playedProvider } from '../providers/provider.ts'
import type { Snapshot } from '../server/snapshot.ts'

export interface SnapshotOptions {
  readonly generation: number
  readonly sources: CredentialSources
  /** The base URL of the demo provider, which plays `demo`, and with `playAll` every other. */
  readonly demoUrl: string
  readonly playAll: boolean
  /** The snapshot before: credentials that a program had to be run for are taken over from it. */
  readonly before?: Snapshot | undefined
}

/** The frozen state of one config. Credentials are resolved here; one that is missing fails only requests that need it. */
export async function buildSnapshot(
  { config }: { readonly config: Config },
  options: SnapshotOptions,
): Promise<Snapshot> {
  const configs = [...config.providers.values()]
  for (const preset of config.undeclared.values()) {
    if (!config.providers.has(preset.name)) configs.push(preset)
  }
  const opened = await Promise.all(configs.map(provider => open(provider, options)))
  return Object.freeze({
    generation: options.generation,
    config,
    resolver: new Resolver(config),
    providers: new Map(opened.map(provider => [provider.name, provider])),
    loadedAt: new Date(),
  })
}

/** The same with other aliases over those of the file: the providers and their credentials stay. */
export function withAliases(before: Snapshot, config: Config): Snapshot {
  return Object.freeze({
    ...before,
    config,
    resolver: new Resolver(config),
    loadedAt: new Date(),
  })
}

async function open(config: ProviderConfig, options: SnapshotOptions): Promise<Provider> {
  if (options.playAll || config.builtIn) {
    return playedProvider(config, new Credential(config.name, { kind: 'none' }), options.demoUrl)
  }
  return openProvider(config, await credentialOf(config, options), options.sources.env)
}

async function credentialOf(
  config: ProviderConfig,
  { sources, before }: SnapshotOptions,
): Promise<Credential> {
  const old = before?.providers.get(config.name)
  const costly = /^(command|keychain):/.test(config.credential) || old?.credential.temporary
  // Running `gcloud auth print-access-token` takes seconds, as does a token from afar: an edit of an alias must not wait.
  if (costly && old?.config.credential === config.credential && !old.credential.missing) {
    return old.credential
  }
  return resolveCredential(config, sources)
}
