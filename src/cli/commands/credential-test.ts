import { GatewayError, shellWord } from '../../errors.ts'
import { checkNamed, checkViews } from '../check.ts'
import { defineCommand } from '../command.ts'

export const command = defineCommand({
  summary: 'ask providers whether they take their keys',
  details: [
    'The running daemon asks each provider for its list of models, which costs nothing, with the very credential that requests get. Prints ok, refused, missing, unreachable or failed for each; untested where a provider has no such list, or shows it to everybody. Never prints a key. The exit code is 1 where any fails.',
  ],
  arguments: [
    {
      name: 'name',
      summary:
        'a provider, or a name of the store (all declared providers, and presets with a key)',
      many: true,
      completes: 'credential',
    },
  ],
  options: [],
  examples: ['gateway credential test', 'gateway credential test openai'],
  async run({ name: names }, context) {
    try {
      return await checkNamed(names, context)
    } catch (error) {
      if (!(error instanceof GatewayError && error.code === 'provider_not_found')) throw error
      const { openCredentials } = await import('../state.ts')
      const name = String(error.facts['provider'])
      if (!(await openCredentials(context.paths)).names().includes(name)) throw error
      throw new GatewayError('request_failed', {
        reason: `no provider uses the credential "${name}"`,
        hint: `write "credential: store:${name}" in the config, or: gateway credential remove ${shellWord(name)}`,
      })
    }
  },
  views: checkViews,
})
