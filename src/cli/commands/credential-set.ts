import { GatewayError } from '../../errors.ts'
import { defineCommand } from '../command.ts'
import { usersOf } from '../credential-users.ts'
import { readSecret } from '../input.ts'
import { livenessExit, livenessLines, reloadIfRunning } from '../live.ts'

export const command = defineCommand({
  summary: 'keep a key in the credential store',
  details: [
    'Asks for the key without showing it, or reads it from stdin; it is never an argument, where other users could see it. A provider of this name finds it by itself; any other names it in the config as "credential: store:NAME".',
  ],
  arguments: [
    {
      name: 'name',
      summary: 'the name of a provider, or any other',
      required: true,
      completes: 'credential',
    },
  ],
  options: [],
  examples: ['gateway credential set openai', 'pass show openai | gateway credential set openai'],
  async run({ name }, context) {
    const text = (await readSecret(context.io, `key for ${name}: `)).trim()
    if (!/^[\x20-\x7e]+$/.test(text))
      throw new GatewayError('usage', {
        reason:
          text === '' ? 'no key was given' : 'a key is one line of plain text; this one is not',
      })
    const { openCredentials } = await import('../state.ts')
    const store = await openCredentials(context.paths)
    const replaced = store.names().includes(name)
    store.set(name, text)
    const users = await usersOf([name], context)
    return {
      name,
      replaced,
      usedBy: users?.get(name) ?? null,
      live: await reloadIfRunning(context),
    }
  },
  views: {
    talk: ({ name, replaced, usedBy, live }) => [
      `${replaced ? 'replaced' : 'stored'} the credential ${name}`,
      ...(usedBy ? [usedLine(name, usedBy)] : []),
      ...(live.state === 'stopped' ? [] : livenessLines(live)),
    ],
    json: result => result,
    exit: ({ live }) => livenessExit(live),
  },
})

const usedLine = (name: string, users: readonly string[]): string =>
  users.length > 0
    ? `used by ${users.join(', ')}`
    : `no provider uses it yet: write "credential: store:${name}" in the config`
