import { readFile } from 'node:fs/promises'
import { GatewayError } from '../../errors.ts'
import { defineCommand } from '../command.ts'

const shells = ['bash', 'zsh', 'fish'] as const

export const command = defineCommand({
  summary: 'print a script with which the shell completes commands, options, aliases and models',
  details: [
    'bash: write eval "$(gateway completion bash)" into ~/.bashrc. zsh: the same with zsh into ~/.zshrc, after compinit. fish: gateway completion fish > ~/.config/fish/completions/gateway.fish',
    'Names come from the config, and where the daemon runs, from what it knows of models.',
  ],
  arguments: [{ name: 'shell', summary: shells.join(', '), required: true, completes: shells }],
  options: [],
  examples: ['eval "$(gateway completion bash)"'],
  async run({ shell }, { io }) {
    const known = shells.find(name => name === shell)
    if (!known)
      throw new GatewayError('usage', { reason: `the shell is bash, zsh or fish, not "${shell}"` })
    const script = new URL(`../../../completions/gateway.${known}`, import.meta.url)
    io.stdout.write(await readFile(script, 'utf8'))
  },
  views: {},
})
