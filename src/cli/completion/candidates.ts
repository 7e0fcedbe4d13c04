// What may come next on a command line, from the table of commands: the one that help and man page are made of.

import type { AnyCommand, Argument, Completes, Option } from '../command.ts'

export interface Candidate {
  readonly value: string
  readonly summary?: string
}

export interface Completion {
  /** `files`: the shell knows them better. `open`: more may follow the value without a space, as after `openai/`. */
  readonly mode: 'words' | 'open' | 'files'
  readonly candidates: readonly Candidate[]
}

/** The commands, as far as completion needs them. */
export interface Commands {
  /** Full names, as `alias add`. */
  readonly names: readonly string[]
  /** What groups of commands are for, by name. */
  readonly groups: Readonly<Record<string, string>>
  readonly load: (name: string) => Promise<AnyCommand>
  readonly optionsOf: (command: AnyCommand) => readonly Option[]
  /** What every command takes. */
  readonly common: readonly Option[]
}

/** The values of one kind; `given` are the options and arguments that stand on the line so far. */
export type Values = (
  kind: Exclude<Completes, readonly string[] | 'file'>,
  line: {
    readonly current: string
    readonly provider: string | undefined
    readonly config: string | undefined
  },
) => Promise<readonly Candidate[]>

const nothing: Completion = { mode: 'words', candidates: [] }

/** What the last of `words` may become; the words are those after the program's name. */
export async function completionsOf(
  words: readonly string[],
  commands: Commands,
  values: Values,
): Promise<Completion> {
  const current = words.at(-1) ?? ''
  const line = readLine(words.slice(0, -1), commands)
  const command = line.name === undefined ? undefined : await commands.load(line.name)
  const options = command
    ? [...commands.optionsOf(command), ...commands.common.filter(({ name }) => name !== 'version')]
    : commands.common
  const { given, rest, pending, onlyWords } = readOptions(line.rest, options)

  const of = async (completes: Completes | undefined, text: string): Promise<Completion> => {
    if (completes === undefined) return nothing
    if (completes === 'file') return { mode: 'files', candidates: [] }
    if (typeof completes !== 'string')
      return matching(
        completes.map(value => ({ value })),
        text,
      )
    const [provider, config] = [given.get('provider'), given.get('config')]
    return matching(await values(completes, { current: text, provider, config }), text)
  }

  if (pending) return of(completesOf(pending), current)
  const [, name, text] = /^--([\w-]+)=(.*)$/s.exec(current) ?? []
  if (name !== undefined && !onlyWords) {
    const option = options.find(known => known.name === name)
    const found = await of(option && completesOf(option), text!)
    return {
      ...found,
      candidates: found.candidates.map(one => ({ ...one, value: `--${name}=${one.value}` })),
    }
  }
  if (current.startsWith('-') && !onlyWords) {
    const left = options.filter(({ name, many }) => many || !given.has(name))
    return matching(
      left.map(({ name, summary }) => ({ value: `--${name}`, summary })),
      current,
    )
  }
  const more = line.complete || (command !== undefined && rest.length === 0)
  const next = more ? await subcommands(line.path, commands) : []
  if (!command) return matching(next, current)
  const argument = argumentAt(command.arguments as readonly Argument[], rest.length)
  const found = await of(argument?.completes, current)
  const fresh = argument?.many
    ? found.candidates.filter(({ value }) => !rest.includes(value))
    : found.candidates
  return { ...found, candidates: [...matching(next, current).candidates, ...fresh] }
}

interface Line {
  /** The words that name a command, or the group it may be in. */
  readonly path: readonly string[]
  /** The command; undefined while none is named. */
  readonly name: string | undefined
  /** A word may still name a command. */
  readonly complete: boolean
  /** What else stands on the line. */
  readonly rest: readonly string[]
}

function readLine(words: readonly string[], { names, groups, common }: Commands): Line {
  const at: number[] = []
  const takesValue = new Set(common.flatMap(({ name, value }) => (value ? [`--${name}`] : [])))
  for (let i = 0; i < words.length && at.length < 3; i++) {
    if (takesValue.has(words[i]!)) i++
    else if (!words[i]!.startsWith('-')) at.push(i)
  }
  const help = words[at[0]!] === 'help' ? 1 : 0
  const path = at.slice(help).map(i => words[i]!)
  const size = [2, 1].find(n => names.includes(path.slice(0, n).join(' ')) && path.length >= n) ?? 0
  const inGroup = size === 0 && path.length === 1 && Object.hasOwn(groups, path[0]!)
  const used = new Set(at.slice(0, help + (inGroup ? 1 : size)))
  return {
    path: path.slice(0, inGroup ? 1 : size),
    // After `help alias add` there is nothing more to say.
    name: size > 0 && !help ? path.slice(0, size).join(' ') : undefined,
    complete: inGroup || path.length === 0,
    rest: words.filter((_, i) => !used.has(i)),
  }
}

/** The commands of a group, or of the program: each with what it is for. */
async function subcommands(
  path: readonly string[],
  { names, groups, load }: Commands,
): Promise<readonly Candidate[]> {
  const found = new Map<string, string>()
  for (const name of names) {
    const words = name.split(' ')
    if (words.length <= path.length || path.some((word, i) => words[i] !== word)) continue
    const word = words[path.length]!
    const summary =
      groups[
        name
          .split(' ')
          .slice(0, path.length + 1)
          .join(' ')
      ]
    if (!found.has(word)) found.set(word, summary ?? (await load(name)).summary)
  }
  return [...found].map(([value, summary]) => ({ value, summary }))
}

function readOptions(words: readonly string[], options: readonly Option[]) {
  const given = new Map<string, string | undefined>()
  const rest: string[] = []
  let pending: Option | undefined
  let onlyWords = false
  for (const word of words) {
    if (pending) {
      given.set(pending.name, word)
      pending = undefined
    } else if (onlyWords || word === '-' || !word.startsWith('-')) rest.push(word)
    else if (word === '--') onlyWords = true
    else {
      const [, long, value] = /^--([\w-]+)(?:=(.*))?$/s.exec(word) ?? []
      const option = options.find(({ name, short }) =>
        long === undefined ? short === word.slice(1) : name === long,
      )
      if (!option) continue
      given.set(option.name, value)
      if (option.value && value === undefined) pending = option
    }
  }
  return { given, rest, pending, onlyWords }
}

/** What the value of an option is, where it does not say: its word in the help does. */
const completesOf = ({ completes, value }: Option): Completes | undefined =>
  completes ?? (value === 'PROVIDER' ? 'provider' : value === 'FILE' ? 'file' : undefined)

function argumentAt(all: readonly Argument[], index: number): Argument | undefined {
  const last = all.at(-1)
  return all[index] ?? (last?.many ? last : undefined)
}

function matching(candidates: readonly Candidate[], text: string): Completion {
  const found = candidates.filter(({ value }) => value.startsWith(text))
  const open = found.length > 0 && found.every(({ value }) => value.endsWith('/'))
  return { mode: open ? 'open' : 'words', candidates: found }
}
