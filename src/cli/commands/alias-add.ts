import { isDeepStrictEqual } from 'node:util'
import type { Alias, Layer } from '../../alias/alias.ts'
import type { Meaning } from '../../alias/meaning.ts'
import { targetText } from '../../alias/text.ts'
import type { LoadedConfig } from '../../config/config.ts'
import { GatewayError, shellWord } from '../../errors.ts'
import { aliasValue } from '../alias-value.ts'
import { aliasesOf, aliasPath, checkProvider } from '../aliases.ts'
import { defineCommand } from '../command.ts'
import type { Context } from '../context.ts'
import { type Liveness, livenessExit, livenessLines, waitUntilLive } from '../live.ts'
import {
  addTemporarily,
  parseStay,
  type Stay,
  type Temporarily,
  temporaryLine,
} from '../temporary.ts'

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
  /** Present for a temporary alias: until when, and what the name stands for again then. */
  readonly temporary?: Pick<Temporarily, 'until' | 'again' | 'says'>
  /** What lies over the alias that was written, so that it has no effect yet. */
  readonly over?: Layer
}

export const command = defineCommand({
  summary: 'give a model another name',
  details: [
    'NAME is what clients ask for, TARGET what they get: a model name, PROVIDER/MODEL, or another alias. The config file is edited in place; a running daemon has the alias live when the command returns.',
    'With --for or --until-restart the alias is temporary: the running daemon alone has it, before all others of its name, and the config file stays as it is. It ends by itself, by "alias remove", and at the latest when the daemon restarts; it may replace another temporary one without --force.',
  ],
  arguments: [
    {
      name: 'name',
      summary: 'the alias; each * in it matches any run of characters',
      completes: 'alias',
      required: true,
    },
    {
      name: 'target',
      summary: 'a model, PROVIDER/MODEL, or another alias; several make a list',
      completes: 'name',
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
      completes: ['alias', 'upstream'],
      summary: 'whose name answers carry: alias or upstream',
      parse: checkRespondAs,
    },
    { name: 'description', value: 'TEXT', summary: 'what it is for; shown in lists' },
    { name: 'hidden', summary: 'leave it out of the list of models' },
    {
      name: 'for',
      value: 'DURATION',
      summary: 'only for a time, e.g. 2h: in the running daemon, not in the config',
      parse: parseStay,
    },
    { name: 'until-restart', summary: 'only until the daemon restarts, in the same way' },
    { name: 'force', short: 'f', summary: 'replace an alias of this name, with all it says' },
  ],
  examples: [
    'gateway alias add fast gpt-3.5-turbo',
    'gateway alias add smart openai/gpt-4-turbo',
    'gateway alias add fast qwen3:4b --provider ollama',
    'gateway alias add chat ollama/qwen3 openai/gpt-4o-mini',
    'gateway alias add fast claude-opus-4-1 --for 2h',
    'gateway alias add think openai/gpt-5 --set reasoning_effort=high --remove top_p',
  ],
  run({ name, provider, force, for: time, 'until-restart': untilRestart, ...words }, context) {
    if (time && untilRestart)
      throw new GatewayError('usage', { reason: '--for and --until-restart exclude each other' })
    const wanted: Wanted = { name, provider, force, value: aliasValue(words) }
    const stay = untilRestart ? 'restart' : time
    return stay ? addForAWhile(wanted, stay, context) : addAlias(wanted, context)
  },
  views: {
    talk: added => [
      ...(added.created ? [`wrote a first config: ${added.created}`] : []),
      headline(added),
      ...meaningLines(added),
      ...(added.over ? [overLine(added, added.over)] : []),
      // It is no part of the file, and so of no generation.
      ...(added.temporary ? ['live'] : livenessLines(added.live)),
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
      import('../edit.ts'),
      import('../../config/load.ts'),
      import('../../alias/table.ts'),
      import('../../alias/meaning.ts'),
    ])
  const { name, provider } = wanted
  const file = context.paths.config
  let before: Alias | undefined
  let after: LoadedConfig | undefined
  const edit = await editConfig(context, text => {
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
        old: targetText(before),
        new: targetText(alias),
      })
    return next
  })
  // Its meaning is that of the file, where something lies over it.
  const over = await layerOver(wanted, context)
  const table = compileAliases(after!.config)
  const means = meaning.meaningOf(table, name, provider)
  const shadows = meaning.shadowedBy(table, name, provider)
  return {
    name,
    provider: provider ?? null,
    target: targetText(aliasesOf(after!.config, provider)!.get(name)!),
    ...(before ? { before: targetText(before) } : {}),
    changed: edit.before !== edit.after,
    ...(means ? { meaning: means } : {}),
    ...(shadows ? { shadows } : {}),
    ...(edit.created ? { created: file } : {}),
    ...(over ? { over } : {}),
    live: await waitUntilLive(context),
  }
}

async function addForAWhile(
  { name, provider, value }: Wanted,
  stay: Stay,
  context: Context,
): Promise<Added> {
  const temporary = await addTemporarily(name, provider, value, stay, context)
  const { target, before, meaning, shadows, generation, until, again, says } = temporary
  return {
    name,
    provider: provider ?? null,
    target,
    ...(before === null ? {} : { before }),
    changed: true,
    ...(meaning ? { meaning } : {}),
    ...(shadows ? { shadows } : {}),
    temporary: { until, again, says },
    live: { state: 'live', generation, restartNeeded: [] },
  }
}

/** What lies over an alias of the file now; undefined where it is in force. */
async function layerOver({ name, provider }: Wanted, context: Context): Promise<Layer | undefined> {
  const { namesNow } = await import('../names-now.ts')
  return aliasesOf((await namesNow(context)).config, provider)?.get(name)?.layer
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

function headline({ name, provider, target, before, changed, temporary }: Added): string {
  if (temporary)
    return temporaryLine(name, target, provider, { ...temporary, before: before ?? null })
  const place = provider ? ` on ${provider}` : ''
  if (!changed) return `${name} is already ${target}${place}`
  return `${name} -> ${target}${place}${before ? `, was ${before}` : ''}`
}

const overLine = ({ name }: Added, layer: Layer): string =>
  layer.kind === 'profile'
    ? `no effect yet: the profile "${layer.profile}" lies over it: gateway profile none`
    : `no effect yet: a temporary alias lies over it: gateway alias remove ${shellWord(name)}`

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
