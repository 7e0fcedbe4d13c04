// The menu of the command line, and the door to commander. A command is loaded when it is asked for by name; all of
// them only for help.

import { Command as Commander, CommanderError, Help } from 'commander'
import { GatewayError } from '../errors.ts'
import { findPaths } from '../paths.ts'
import { version } from '../version.ts'
import type { AnyCommand, Argument, Option } from './command.ts'
import type { Commands } from './completion/candidates.ts'
import type { Context, Io } from './context.ts'
import { hint, lookOf, printError, say, warn } from './output.ts'

type Load = () => Promise<{ readonly command: AnyCommand }>
type Menu = { readonly [Heading: string]: { readonly [Name: string]: Load } }

export const menu = {
  'Names:': {
    'alias add': () => import('./commands/alias-add.ts'),
    'alias remove': () => import('./commands/alias-remove.ts'),
    'alias rename': () => import('./commands/alias-rename.ts'),
    'alias show': () => import('./commands/alias-show.ts'),
    'alias list': () => import('./commands/alias-list.ts'),
    'profile use': () => import('./commands/profile-use.ts'),
    'profile none': () => import('./commands/profile-none.ts'),
    'profile list': () => import('./commands/profile-list.ts'),
    explain: () => import('./commands/explain.ts'),
    test: () => import('./commands/test.ts'),
  },
  'Daemon:': {
    start: () => import('./commands/start.ts'),
    stop: () => import('./commands/stop.ts'),
    restart: () => import('./commands/restart.ts'),
    status: () => import('./commands/status.ts'),
    reload: () => import('./commands/reload.ts'),
    logs: () => import('./commands/logs.ts'),
    metrics: () => import('./commands/metrics.ts'),
  },
  'Providers:': {
    'provider list': () => import('./commands/provider-list.ts'),
    'provider test': () => import('./commands/provider-test.ts'),
    'provider models': () => import('./commands/provider-models.ts'),
    'credential set': () => import('./commands/credential-set.ts'),
    'credential list': () => import('./commands/credential-list.ts'),
    'credential remove': () => import('./commands/credential-remove.ts'),
    'credential test': () => import('./commands/credential-test.ts'),
  },
  'Configuration:': {
    history: () => import('./commands/history.ts'),
    'history show': () => import('./commands/history-show.ts'),
    undo: () => import('./commands/undo.ts'),
    completion: () => import('./commands/completion.ts'),
    'config path': () => import('./commands/config-path.ts'),
    'config check': () => import('./commands/config-check.ts'),
    'config show': () => import('./commands/config-show.ts'),
    'config edit': () => import('./commands/config-edit.ts'),
    'config schema': () => import('./commands/config-schema.ts'),
  },
  'Other systems:': {
    apply: () => import('./commands/apply.ts'),
    delete: () => import('./commands/delete.ts'),
    get: () => import('./commands/get.ts'),
    export: () => import('./commands/export.ts'),
    import: () => import('./commands/import.ts'),
  },
} as const satisfies Menu

export const groups: Readonly<Record<string, string>> = {
  alias: 'give models friendly names',
  profile: 'give names other meanings for a while',
  provider: 'see the services that have the models',
  credential: 'keep and test the keys of providers',
  config: 'find, check and edit the config file',
}

/** What every command takes. */
export const commonOptions = [
  { name: 'config', value: 'FILE', summary: 'use this config file (or set GATEWAY_CONFIG)' },
  { name: 'version', short: 'v', summary: 'print the version' },
  { name: 'help', short: 'h', summary: 'print help' },
] as const satisfies readonly Option[]

const jsonOption: Option = { name: 'json', summary: 'print the result as JSON' }

/** The options of one command, with the one that comes with a JSON view. */
export const optionsOf = (command: AnyCommand): readonly Option[] =>
  command.views.json ? [...command.options, jsonOption] : command.options

const [configOption, versionOption, helpOption] = commonOptions

const about = 'Friendly names for AI models: a local gateway and its command line'

export interface Program {
  /** Runs one command line, without the names of node and the program. Never throws; resolves to the exit code. */
  run(argv: readonly string[]): Promise<number>
}

export function createProgram(io: Io = process): Program {
  return {
    async run(argv) {
      const outcome: Outcome = { exit: 0 }
      if (argv[0] === '__complete') {
        const { complete } = await import('./completion/complete.ts')
        await complete(argv.slice(1), completable, io)
        return 0
      }
      try {
        const words = argv[0] === 'help' ? helpFor(argv.slice(1)) : argv
        const root = await buildCommands(io, words, outcome)
        await root.parseAsync(words, { from: 'user' })
        return outcome.exit
      } catch (error) {
        if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
        const exit = printError(io, error)
        if (exit === 2 && outcome.command) printUsage(io, outcome.command)
        return exit
      }
    },
  }
}

/** The menu, as the completion of a shell walks through it. */
const completable: Commands = {
  names: Object.values<Menu[string]>(menu).flatMap(Object.keys),
  groups,
  load: async name =>
    (await Object.values<Menu[string]>(menu).find(part => Object.hasOwn(part, name))![name]!())
      .command,
  optionsOf,
  common: commonOptions,
}

interface Outcome {
  exit: number
  /** The command that runs, for its usage where its input turns out to be bad. */
  command?: Commander
}

/** The tree of commands with those that `argv` needs defined: the one it names, or all where it names none. */
export async function buildCommands(
  io: Io,
  argv: readonly string[],
  outcome: Outcome = { exit: 0 },
): Promise<Commander> {
  const root = prepare(new Commander('gateway'), io)
    .description(about)
    .usage('[--config FILE] COMMAND')
    .version(version, flagsOf(versionOption), versionOption.summary)
    .option(flagsOf(configOption), configOption.summary)
  const wanted = namedBy(argv)
  for (const [heading, commands] of Object.entries<Menu[string]>(menu)) {
    for (const [name, load] of Object.entries(commands)) {
      const [last = '', group] = name.split(' ').reverse()
      const parent = group === undefined ? root : groupOf(root, group, heading, io)
      const leaf = prepare(parent.command(last), io)
      if (group === undefined) leaf.helpGroup(heading)
      if (wanted === undefined || wanted === name)
        define(leaf, name, (await load()).command, io, outcome)
    }
  }
  return root
}

/** `help alias add` as `alias add --help`; what is no command is left for commander to complain of. */
function helpFor(words: readonly string[]): readonly string[] {
  const [first = ''] = words
  const known = first === '' || Object.hasOwn(groups, first) || namedBy(words) !== undefined
  return known ? [...words, '--help'] : words
}

/** The command that the words of `argv` name, with options anywhere among them. */
function namedBy(argv: readonly string[]): string | undefined {
  const names = new Set(Object.values<Menu[string]>(menu).flatMap(Object.keys))
  const words = argv.filter((word, i) => !word.startsWith('-') && argv[i - 1] !== '--config')
  return [words.slice(0, 2).join(' '), words[0] ?? ''].find(name => names.has(name))
}

function groupOf(root: Commander, name: string, heading: string, io: Io): Commander {
  const known = root.commands.find(command => command.name() === name)
  if (known) return known
  return prepare(root.command(name), io)
    .description(groups[name] ?? '')
    .usage('COMMAND')
    .helpGroup(heading)
}

/** What all commands share: where they write, how they fail, what their help looks like. */
function prepare(command: Commander, io: Io): Commander {
  const { width, style } = lookOf(io.stdout, io.env)
  return command
    .exitOverride()
    .helpCommand(false)
    .helpOption(flagsOf(helpOption), helpOption.summary)
    .configureOutput({
      writeOut: text => void io.stdout.write(text),
      writeErr: text => void io.stderr.write(text),
      getOutHelpWidth: () => Math.min(width ?? 80, 100),
      getErrHelpWidth: () => 80,
      getOutHasColors: () => true,
      outputError: text => printBadUsage(io, command, text),
    })
    .configureHelp({
      styleTitle: text => style('bold', text),
      subcommandTerm: sub =>
        [sub.name(), ...sub.registeredArguments.map(word => argumentTerm(word))].join(' '),
      argumentTerm: word => word.name(),
      optionTerm: option => option.flags.replace(/[<>]/g, ''),
      subcommandDescription: sub =>
        [
          isGroup(sub) ? sub.description() : sub.summary(),
          ...(sub.commands.length > 0
            ? [`(${sub.commands.map(child => child.name()).join(', ')})`]
            : []),
        ].join(' '),
      // Commander's own would say "[options]" even where --help is the only one.
      commandUsage: sub => (isGroup(sub) ? new Help().commandUsage(sub) : usageOf(sub)),
    })
}

/** Only a command of its own has a summary: `history` is both. */
const isGroup = (command: Commander): boolean =>
  command.commands.length > 0 && command.summary() === ''

const argumentTerm = (word: { name(): string; required: boolean; variadic: boolean }): string => {
  const name = word.variadic ? `${word.name()}...` : word.name()
  return word.required ? name : `[${name}]`
}

function usageOf(command: Commander): string {
  const names: string[] = []
  for (let at: Commander | null = command; at; at = at.parent) names.unshift(at.name())
  const options = command.options.map(option => `[${option.flags.replace(/^-\w, |[<>]/g, '')}]`)
  return [...names, ...options, ...command.registeredArguments.map(argumentTerm)].join(' ')
}

function printUsage(io: Io, command: Commander): void {
  io.stderr.write(`usage: ${command.createHelp().commandUsage(command)}\n`)
}

/** Commander's words in our form: `error: unknown command 'alis'\n(Did you mean alias?)`. */
function printBadUsage(io: Io, command: Commander, text: string): void {
  const [first = '', suggestion] = text.trim().split('\n')
  const reason = first
    .replace(/^error: /, '')
    .replaceAll("'", '"')
    .replace(/\.$/, '')
  const path = usageOf(command)
    .split(' ')
    .slice(0, command.parent ? undefined : 1)
  printError(io, new GatewayError('usage', { reason }))
  if (suggestion) hint(io, suggestion.replace(/[()]/g, '').replace('Did', 'did'))
  else if (isGroup(command)) hint(io, `${path.join(' ')} --help`)
  printUsage(io, command)
}

const flagsOf = ({ name, short, value }: Option): string =>
  `${short ? `-${short}, ` : ''}--${name}${value ? ` <${value}>` : ''}`

function define(
  leaf: Commander,
  name: string,
  command: AnyCommand,
  io: Io,
  outcome: Outcome,
): void {
  leaf.summary(command.summary)
  leaf.description([command.summary, ...(command.details ?? [])].join('\n\n'))
  for (const argument of command.arguments as readonly Argument[]) {
    const word = `${argument.name.toUpperCase()}${argument.many ? '...' : ''}`
    leaf.argument(argument.required ? `<${word}>` : `[${word}]`, argument.summary)
  }
  for (const option of optionsOf(command)) {
    if (option.many) leaf.option(flagsOf(option), option.summary, collect)
    else leaf.option(flagsOf(option), option.summary)
  }
  if (command.examples) {
    leaf.addHelpText(
      'after',
      `\nExamples:\n${command.examples.map(line => `  ${line}`).join('\n')}`,
    )
  }
  leaf.action(async () => {
    outcome.command = leaf
    outcome.exit = await execute(leaf, name, command, io)
  })
}

async function execute(
  leaf: Commander,
  name: string,
  command: AnyCommand,
  io: Io,
): Promise<number> {
  const options = leaf.optsWithGlobals<Record<string, unknown>>()
  const json = options['json'] === true
  const config = options['config'] as string | undefined
  const paths = findPaths(io.env, config)
  const context: Context = {
    io,
    paths,
    command: name,
    configNamed: Boolean(config ?? io.env['GATEWAY_CONFIG']),
    json,
    say: line => say(io, line),
    warn: line => warn(io, line),
    control: async () => (await import('../control/client.ts')).connectControl(paths),
  }
  const result = await command.run(inputOf(leaf, command, options), context)
  const { human, talk, json: data, exit } = command.views
  const text =
    json && data
      ? JSON.stringify(data(result), null, 2)
      : human?.(result, lookOf(io.stdout, io.env))
  if (text) io.stdout.write(`${text}\n`)
  if (!json) for (const line of talk?.(result) ?? []) say(io, line)
  return exit?.(result) ?? 0
}

function inputOf(
  leaf: Commander,
  command: AnyCommand,
  options: Record<string, unknown>,
): Parameters<AnyCommand['run']>[0] {
  const input: Record<string, unknown> = {}
  ;(command.arguments as readonly Argument[]).forEach((argument, i) => {
    input[argument.name] = leaf.processedArgs[i]
  })
  for (const option of command.options as readonly Option[]) {
    // Commander keeps --no-stream as `stream`, true unless it is given.
    const negated = option.name.startsWith('no-')
    const given = options[camel(negated ? option.name.slice(3) : option.name)]
    input[option.name] = option.value
      ? option.parse && typeof given === 'string'
        ? option.parse(given)
        : given
      : negated
        ? given === false
        : given === true
  }
  return input as Parameters<AnyCommand['run']>[0]
}

const collect = (value: string, all: readonly string[] = []): readonly string[] => [...all, value]

const camel = (name: string): string => name.replace(/-(\w)/g, (_, letter) => letter.toUpperCase())
