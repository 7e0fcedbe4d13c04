import type { Alias } from '../../alias/alias.ts'
import { isPattern } from '../../alias/pattern.ts'
import type { AliasTable } from '../../alias/table.ts'
import { checkProvider } from '../aliases.ts'
import { defineCommand } from '../command.ts'
import { meaningOf, shadowedBy, targetText } from '../meaning.ts'
import { table } from '../table.ts'

interface Listed {
  readonly name: string
  /** Whose alias it is; null for a global one. */
  readonly provider: string | null
  readonly target: string
  readonly targets: readonly { readonly model: string; readonly weight?: number }[]
  /** `provider/model` each; absent for a pattern. */
  readonly goesTo?: readonly string[]
  readonly shadows?: string
  readonly hidden: boolean
  readonly disabled: boolean
  readonly description?: string
}

export const command = defineCommand({
  summary: 'show all aliases and where they lead',
  arguments: [],
  options: [{ name: 'provider', value: 'PROVIDER', summary: 'only those of this provider' }],
  async run({ provider }, context) {
    const [{ loadConfig }, { compileAliases }] = await Promise.all([
      import('../../config/load.ts'),
      import('../../alias/table.ts'),
    ])
    const { config } = await loadConfig(context.paths.config)
    checkProvider(config, provider)
    const names = compileAliases(config)
    const owners = [...config.providers.values()].filter(
      owner => provider === undefined || owner.name === provider,
    )
    return [
      ...(provider === undefined ? [...config.aliases.values()] : []).map(alias =>
        listed(names, alias, undefined),
      ),
      ...owners.flatMap(owner =>
        [...owner.aliases.values()].map(alias => listed(names, alias, owner.name)),
      ),
    ]
  },
  views: {
    human: (aliases, look) =>
      aliases.length === 0
        ? undefined
        : table(
            ['NAME', 'TARGET', 'GOES TO', 'PROVIDER', 'NOTES'],
            aliases.map(alias => [
              alias.name,
              alias.target,
              alias.goesTo?.join(', ') === alias.target ? '' : (alias.goesTo?.join(', ') ?? ''),
              alias.provider ?? '',
              notes(alias),
            ]),
            look,
          ),
    talk: aliases =>
      aliases.length === 0 ? ['no aliases yet: gateway alias add fast gpt-3.5-turbo'] : [],
    json: aliases => aliases,
  },
})

function listed(names: AliasTable, alias: Alias, provider: string | undefined): Listed {
  const meaning = meaningOf(names, alias.name, provider)
  const shadows = shadowedBy(names, alias.name, provider)
  return {
    name: alias.name,
    provider: provider ?? null,
    target: targetText(alias),
    targets: alias.targets.map(({ model, weight }) =>
      weight === undefined ? { model } : { model, weight },
    ),
    ...(meaning ? { goesTo: meaning.targets } : {}),
    ...(shadows ? { shadows } : {}),
    hidden: alias.hidden,
    disabled: alias.disabled,
    ...(alias.description === undefined ? {} : { description: alias.description }),
  }
}

const notes = ({ name, shadows, goesTo, disabled, description }: Listed): string =>
  [
    ...(isPattern(name) ? ['pattern'] : []),
    ...(shadows ? [`shadows ${shadows}`] : []),
    ...(goesTo?.length === 0 && !disabled ? ['leads nowhere'] : []),
    ...(description ? [description] : []),
  ].join('; ')
