import { isDeepStrictEqual } from 'node:util'
import type { Alias } from '../../alias/alias.ts'
import type { LoadedConfig } from '../../config/config.ts'
import { GatewayError } from '../../errors.ts'
import { aliasValue } from '../alias-value.ts'
import { aliasesOf, aliasPath, checkProvider } from '../aliases.ts'
import { defineCommand } from '../command.ts'
import type { Context } from '../context.ts'
import { type Liveness, livenessExit, livenessLines, waitUntilLive } from '../live.ts'
import type { Meaning } from '../meaning.ts'

interface Added {
  readonly name: string
  readonly provider: string | null
  readonly target: string
  /** What the alias stood for before; absent where it is new. */
  readonly before?: string
  readonly changed: boolean
  readonly meaning?: Meaning
  readonly shadows?: string
  /** The config file that was written because there was none. */
  readonly created?: string
  readonly live: Liveness
}

export const command = defineCommand({
  summary: 'give a model another name',
  details: [
    'NAME is what clients ask for, TARGET what they get: a model name, PROVIDER/MODEL, or another alias. The config file is edited in place; a running daemon has the alias live when the command returns.',
  ],
  arguments: [
    {
      name: 'name',
      summary: 'the alias; each * in it matches any run of characters',
      required: true,
    },
    {
      name: 'target',
      summary: 'a model, PROVIDER/MODEL, or another alias; several make a list',
      required: true,
      many: true,
    },
  ],
  options: [
    {
      name: 'provider',
      value: 'PROVIDER',
      summary: 'only for requests that are addressed to this provider',
    },
    {
      name: 'weight',
      value: 'NUMBER',
      many: true,
      summary: 'share requests out: once for each target, in their order',
    },
    {
      name: 'set',
      value: 'KEY=VALUE',
      many: true,
      summary: 'a field that every request gets; JSON where it is JSON, else text',
    },
    {
      name: 'default',
      value: 'KEY=VALUE',
      many: true,
      summary: 'a field that a request gets where the client sends none',
    },
    { name: 'remove', value: 'KEY', many: true, summary: 'a field that is dropped' },
    { name: 'system', value: 'TEXT', summary: 'a system message before what the client says' },
    {
      name: 'respond-as',
      value: 'WHO',
      summary: 'whose name answers carry: alias or upstream',
      parse: checkRespondAs,
    },
    { name: 'description', value: 'TEXT', summary: 'what it is for; shown in lists' },
    { name: 'hidden', summary: 'leave it out of the list of models' },
    { name: 'force', short: 'f', summary: 'replace an alias of this name, with all it says' },
  ],
  examples: [
    'gateway alias add fast gpt-3.5-turbo',
    'gateway alias add smart openai/gpt-4-turbo',
    'gateway alias add fast qwen3:4b --provider ollama',
    'gateway alias add chat ollama/qwen3 openai/gpt-4o-mini',
    'gateway alias add think openai/gpt-5 --set reasoning_effort=high --remove top_p',
  ],
  run: ({ name, provider, force, ...words }, context) =>
    addAlias({ name, provider, force, value: aliasValue(words) }, context),
  views: {
    talk: added => [
      ...(added.created ? [`wrote a first config: ${added.created}`] : []),
      headline(added),
      ...meaningLines(added),
      ...livenessLines(added.live),
    ],
    json: added => added,
    exit: added => livenessExit(added.live),
  },
})

function checkRespondAs(text: string): string {
  if (text === 'alias' || text === 'upstream') return text
  throw new GatewayError('usage', { reason: `--respond-as takes alias or upstream, not "${text}"` })
}

interface Wanted {
  readonly name: string
  readonly provider: string | undefined
  readonly force: boolean
  /** The alias as the config file writes it. */
  readonly value: unknown
}

async function addAlias(wanted: Wanted, context: Context): Promise<Added> {
  const [{ editConfig, setValue }, { parseConfig }, { compileAliases }, meaning] =
    await Promise.all([
      import('../../config/edit.ts'),
      import('../../config/load.ts'),
      import('../../alias/table.ts'),
      import('../meaning.ts'),
    ])
  const { name, provider } = wanted
  const file = context.paths.config
  let before: Alias | undefined
  let after: LoadedConfig | undefined
  const edit = await editConfig(file, text => {
    const { config } = parseConfig(text, file)
    checkProvider(config, provider)
    before = aliasesOf(config, provider)?.get(name)
    const next = setValue(text, aliasPath(name, provider), wanted.value)
    // What is wrong with the outcome is for editConfig to say: it does so for every edit.
    after = tryParse(parseConfig, next, file)
    if (!after) return next
    const alias = aliasesOf(after.config, provider)!.get(name)!
    // The same alias in other words is left as the user wrote it.
    if (isDeepStrictEqual(before, alias)) return text
    if (before && !wanted.force)
      throw new GatewayError('alias_exists', {
        name,
        old: meaning.targetText(before),
        new: meaning.targetText(alias),
      })
    return next
  })
  const table = compileAliases(after!.config)
  const means = meaning.meaningOf(table, name, provider)
  const shadows = meaning.shadowedBy(table, name, provider)
  return {
    name,
    provider: provider ?? null,
    target: meaning.targetText(aliasesOf(after!.config, provider)!.get(name)!),
    ...(before ? { before: meaning.targetText(before) } : {}),
    changed: edit.before !== edit.after,
    ...(means ? { meaning: means } : {}),
    ...(shadows ? { shadows } : {}),
    ...(edit.created ? { created: file } : {}),
    live: await waitUntilLive(context, edit.hash),
  }
}

/** Undefined where the text is no valid config. */
function tryParse(
  parse: (text: string, file: string) => LoadedConfig,
  text: string,
  file: string,
): LoadedConfig | undefined {
  try {
    return parse(text, file)
  } catch (error) {
    if (error instanceof GatewayError && error.code === 'config_invalid') return undefined
    throw error
  }
}

function headline({ name, provider, target, before, changed }: Added): string {
  const place = provider ? ` on ${provider}` : ''
  if (!changed) return `${name} is already ${target}${place}`
  return `${name} -> ${target}${place}${before ? `, was ${before}` : ''}`
}

function meaningLines({ meaning, shadows, target }: Added): string[] {
  const lines: string[] = []
  if (meaning?.nowhere) lines.push(`it leads nowhere yet: ${meaning.nowhere}`)
  else if (meaning) {
    const { targets, via, rule } = meaning
    const why = [
      ...(via.length > 0 ? [`by way of ${via.join(', ')}`] : []),
      ...(rule ? [`rule ${rule.number}: ${rule.says}`] : []),
    ]
    const goal = targets.join(', then ')
    if (why.length > 0) lines.push(`goes to ${goal} (${why.join('; ')})`)
    else if (goal !== target) lines.push(`goes to ${goal}`)
  }
  if (shadows) lines.push(`shadows ${shadows}`)
  return lines
}
