import { GatewayError } from '../../errors.ts'
import { nearest } from '../../nearest.ts'
import { defineCommand } from '../command.ts'
import { livenessExit, livenessLines, reloadIfRunning } from '../live.ts'

export const command = defineCommand({
  summary: 'forget a key of the credential store',
  arguments: [
    {
      name: 'name',
      summary: 'a name that "credential list" shows',
      required: true,
      completes: 'stored',
    },
  ],
  options: [],
  async run({ name }, context) {
    const { openCredentials } = await import('../state.ts')
    const store = await openCredentials(context.paths)
    if (!store.remove(name))
      throw new GatewayError('credential_not_found', { name, near: nearest(name, store.names()) })
    return { name, live: await reloadIfRunning(context) }
  },
  views: {
    talk: ({ name, live }) => [
      `removed the credential ${name}`,
      ...(live.state === 'stopped' ? [] : livenessLines(live)),
    ],
    json: result => result,
    exit: ({ live }) => livenessExit(live),
  },
})
