// The scripts in the shells they are for, in a terminal: only there does a shell take a line apart as it does for a person.

import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { delimiter } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { newHome } from '../fixtures/daemon.ts'
import { openTerminal, terminalFor } from '../fixtures/terminal.ts'

const yaml = `providers: { ollama: { models: ["qwen3:4b", "qwen3:8b"] } }
aliases: { fast: gpt-4o, "two words": fast, "it's $5": fast, "gpt-*": fast }
`

const shells: Readonly<Record<string, readonly [command: string, setup: string]>> = {
  bash: ['bash --norc --noprofile -i', `PS1='$ '; eval "$(gateway completion bash)"`],
  zsh: [
    'zsh -f -i',
    `PS1='$ '; bindkey -e; autoload -U compinit; compinit -D; eval "$(gateway completion zsh)"`,
  ],
  fish: ['fish --no-config -i', 'gateway completion fish | source'],
}

/** What is typed, and the last word of the line after a Tab. */
const cases: readonly (readonly [string, string])[] = [
  ['gateway ali', 'alias'],
  ['gateway alias show two', 'two words'],
  ['gateway alias show two\\ w', 'two words'],
  ['gateway alias show "two', 'two words'],
  ['gateway alias show it', "it's $5"],
  ['gateway alias show gpt-', 'gpt-*'],
  ['gateway alias add x ollama/qwen3:4', 'ollama/qwen3:4b'],
  ['gateway alias add x "ollama/qwen3:4', 'ollama/qwen3:4b'],
  ['gateway alias add x olla', 'ollama/'],
  ['gateway alias list --provider=olla', '--provider=ollama'],
]

for (const [shell, [command, setup]] of Object.entries(shells)) {
  t.test(shell, terminalFor(shell), async t => {
    const home = newHome(t, yaml)
    const bin = `${home.dir}/bin`
    mkdirSync(bin)
    const program = fileURLToPath(new URL('../../bin/gateway.js', import.meta.url))
    writeFileSync(`${bin}/gateway`, `#!/bin/sh\nexec "${process.execPath}" "${program}" "$@"\n`)
    chmodSync(`${bin}/gateway`, 0o755)
    const { NODE_OPTIONS: _, ...own } = process.env
    const places = { GATEWAY_HOME: home.dir, HOME: home.dir, LC_ALL: 'C.UTF-8' }
    const env = { ...own, ...places, PATH: `${bin}${delimiter}${own['PATH']}` }
    const type = await openTerminal(t, command, setup, env)
    for (const [keys, wanted] of cases) {
      const words = await type(keys)
      t.equal(words.slice(words.lastIndexOf('><') + 2, -1), wanted, keys)
    }
    const file = await type(`gateway config show --config ${home.config.slice(0, -2)}`)
    t.match(file, `<--config><${home.config}>`)
  })
}
