// Renders man/gateway.1: man/gateway.1.in has the prose, the program itself tells its commands and options.

import { readFileSync, writeFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'

const page = name => new URL(`../man/${name}`, import.meta.url)

/**
 * The text of the page. `program` is the module src/cli/program.ts, built or not; `version` is that of the package.
 * Throws where the template has a hole that nothing fills.
 */
export async function renderMan({ menu, groups, commonOptions, optionsOf }, version) {
  const holes = {
    VERSION: version,
    OPTIONS: commonOptions.map(renderOption).join('\n'),
    COMMANDS: await renderCommands(menu, groups, optionsOf),
  }
  return readFileSync(page('gateway.1.in'), 'utf8').replace(/!!(\w+)!!/g, (_, name) => {
    if (!Object.hasOwn(holes, name)) throw new Error(`man/gateway.1.in: no such hole: ${name}`)
    return holes[name]
  })
}

async function renderCommands(menu, groups, optionsOf) {
  const parts = []
  for (const [heading, commands] of Object.entries(menu)) {
    parts.push(`.SS ${roff(heading.replace(/:$/, ''))}`)
    const introduced = new Set()
    for (const [name, load] of Object.entries(commands)) {
      const [group] = name.split(' ')
      if (groups[group] && !introduced.has(group)) {
        introduced.add(group)
        parts.push('.PP', `.B gateway ${roff(group)}`, `commands ${roff(groups[group])}.`)
      }
      const { command } = await load()
      parts.push(renderCommand(name, command, optionsOf(command)))
    }
  }
  return parts.join('\n')
}

function renderCommand(name, command, options) {
  const words = command.arguments.map(({ name, required, many }) => {
    const word = `${name.toUpperCase()}${many ? '...' : ''}`
    return required ? word : `[${word}]`
  })
  return [
    '.TP',
    `.B gateway ${roff([name, ...words].join(' '))}`,
    sentence(command.summary),
    ...(command.details ?? []).flatMap(text => ['.IP', roff(text)]),
    ...[...command.arguments.map(renderArgument), ...options.map(renderOption)].flatMap(
      (item, i) => (i === 0 ? ['.RS', item] : [item]),
    ),
    ...(command.arguments.length + options.length > 0 ? ['.RE'] : []),
  ].join('\n')
}

const renderArgument = ({ name, summary }) =>
  ['.TP', `.I ${roff(name.toUpperCase())}`, sentence(summary)].join('\n')

function renderOption({ name, short, value, summary }) {
  const flags = [...(short ? [`-${short}`] : []), `--${name}`].map(roff).join(', ')
  return ['.TP', value ? `.BI "${flags} " ${roff(value)}` : `.B ${flags}`, sentence(summary)].join(
    '\n',
  )
}

const sentence = text => roff(`${text[0].toUpperCase()}${text.slice(1)}.`)

/** Text as roff prints it unchanged: a hyphen stays the minus sign that a shell wants. */
function roff(text) {
  return text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replace(/^(['.])/gm, '\\&$1')
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const [program, { version }] = await Promise.all([
    import('../dist/cli/program.js'),
    import('../dist/version.js'),
  ])
  writeFileSync(page('gateway.1'), await renderMan(program, version))
}
