import type { ProviderConfig } from '../../config/config.ts'
import { defineCommand } from '../command.ts'
import { table } from '../table.ts'

interface Listed {
  readonly name: string
  /** False for a preset that the config does not declare. */
  readonly declared: boolean
  readonly api: string
  readonly baseUrl: string | null
  /** The reference, never the text. */
  readonly credential: string
  readonly state: 'present' | 'missing' | 'none' | 'passthrough'
  /** Why the credential is missing, or what must be written before requests can be sent there. */
  readonly reason?: string
  readonly hint?: string
}

export const command = defineCommand({
  summary: 'show providers and whether their credentials are there',
  details: [
    'Shows the providers that the config declares, and the presets whose credential is found: those can be used as targets without being declared.',
  ],
  arguments: [],
  options: [{ name: 'all', summary: 'all presets, also those without a credential' }],
  async run({ all }, { io, paths }) {
    const [{ loadConfig }, { resolveCredential }] = await Promise.all([
      import('../../config/load.ts'),
      import('../../config/resolve-credential.ts'),
    ])
    const { config } = await loadConfig(paths.config)
    const look = async (provider: ProviderConfig, declared: boolean): Promise<Listed> => {
      const credential = await resolveCredential(provider, {
        env: io.env,
        credentialsFile: paths.credentials,
        configFile: paths.config,
      })
      return {
        name: provider.name,
        declared,
        api: provider.api,
        baseUrl: provider.baseUrl ?? null,
        credential: provider.credential,
        state: credential.kind,
        ...credential.missing,
        ...(provider.unavailable === undefined ? {} : { reason: provider.unavailable }),
      }
    }
    const [declared, presets] = await Promise.all([
      Promise.all([...config.providers.values()].map(provider => look(provider, true))),
      Promise.all([...config.undeclared.values()].map(provider => look(provider, false))),
    ])
    return [...declared, ...presets.filter(({ state }) => all || state === 'present')]
  },
  views: {
    human: (providers, look) =>
      providers.length === 0
        ? undefined
        : table(
            ['NAME', 'API', 'BASE URL', 'CREDENTIAL', 'STATE', 'NOTES'],
            providers.map(provider => [
              provider.name,
              provider.api,
              provider.baseUrl ?? '',
              provider.credential === 'none' ? '' : provider.credential,
              provider.state === 'none' ? 'needs none' : provider.state,
              [
                ...(provider.declared ? [] : ['preset']),
                ...(provider.reason ? [provider.reason] : []),
              ].join(': '),
            ]),
            look,
          ),
    talk: providers =>
      providers.length === 0
        ? ['no provider is declared, and no key of a preset is found: gateway provider list --all']
        : [],
    json: providers => providers,
  },
})
