import { defineCommand } from '../command.ts'
import { usersOf } from '../credential-users.ts'
import { table } from '../table.ts'

export const command = defineCommand({
  summary: 'show what is in the credential store, never the keys themselves',
  arguments: [],
  options: [],
  async run(_input, context) {
    const { openCredentials } = await import('../state.ts')
    const names = (await openCredentials(context.paths)).names()
    const users = await usersOf(names, context)
    return names.map(name => ({ name, usedBy: users?.get(name) ?? null }))
  },
  views: {
    human: (credentials, look) =>
      credentials.length === 0
        ? undefined
        : table(
            ['NAME', 'USED BY'],
            credentials.map(({ name, usedBy }) => [
              name,
              usedBy ? usedBy.join(', ') || 'no provider' : '',
            ]),
            look,
          ),
    talk: credentials =>
      credentials.length === 0 ? ['the store is empty: gateway credential set openai'] : [],
    json: credentials => credentials,
  },
})
