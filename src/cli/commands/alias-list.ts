import type { Alias, Layer } from '../../alias/alias.ts'
import { meaningOf, shadowedBy } from '../../alias/meaning.ts'
import { isPattern } from '../../alias/pattern.ts'
import type { AliasTable } from '../../alias/table.ts'
import { targetText } from '../../alias/text.ts'
import { checkProvider } from '../aliases.ts'
import { defineCommand } from '../command.ts'
import { table } from '../table.ts'
import { layerNote } from '../temporary.ts'

interface Listed {
  readonly name: string
  /** Whose alias it is; null for a global one. */
  readonly provider: string | null
  readonly target: string
  readonly targets: readonly { readonly model: string; readonly weight?: number }[]
  /** `provider/model` each; absent for a pattern. */
  readonly goesTo?: readonly string[]
  /** Why it leads nowhere. */
  readonly nowhere?: string
  readonly shadows?: string
  readonly hidden: boolean
  readonly disabled: boolean
  readonly description?: string
  /** What gave or switched off the alias; absent where the file itself did. */
  readonly layer?: Layer
  /** `layer` in words, with what remains of a temporary one. */
  readonly mark?: string
  /** Why it is out of force. */
  readonly broken?: string
}

export const command = defineCommand({
  summary: 'show all aliases and where they lead',
  arguments: [],
  options: [{ name: 'provider', value: 'PROVIDER', summary: 'only those of this provider' }],
  async run({ provider }, context) {
    const [{ namesNow }, { compileAliases }] = await Promise.all([
      import('../names-now.ts'),
      import('../../alias/table.ts'),
    ])
    const { config, broken } = await namesNow(context)
    checkProvider(config, provider)
    const names = compileAliases(config)
    const now = Date.now()
    const owners = [...config.providers.values(), ...config.undeclared.values()]
    return [
      ...[...config.aliases.values()].map(alias => listed(names, alias, undefined, now)),
      ...owners.flatMap(owner =>
        [...owner.aliases.values()].map(alias => listed(names, alias, owner.name, now)),
      ),
      ...[...broken].map(([{ alias, provider: owner, until }, why]) => ({
        ...listed(names, { ...alias, layer: { kind: 'temporary', until } }, owner, now),
        goesTo: [],
        broken: why,
      })),
    ].filter(alias => provider === undefined || alias.provider === provider)
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

function listed(
  names: AliasTable,
  alias: Alias,
  provider: string | undefined,
  now: number,
): Listed {
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
    ...(meaning?.nowhere ? { nowhere: meaning.nowhere } : {}),
    ...(shadows ? { shadows } : {}),
    hidden: alias.hidden,
    disabled: alias.disabled,
    ...(alias.description === undefined ? {} : { description: alias.description }),
    ...(alias.layer ? { layer: alias.layer, mark: layerNote(alias.layer, now) } : {}),
  }
}

const notes = ({ name, shadows, nowhere, disabled, description, mark, broken }: Listed): string =>
  [
    ...(mark ? [disabled ? `switched off by ${mark}` : mark] : []),
    ...(broken ? [`out of force: ${broken}`] : []),
    ...(isPattern(name) ? ['pattern'] : []),
    ...(shadows ? [`shadows ${shadows}`] : []),
    ...(nowhere && !disabled && !broken ? [`leads nowhere: ${nowhere}`] : []),
    ...(description ? [description] : []),
  ].join('; ')
