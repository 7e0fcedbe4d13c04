import { checkNamed, hasFailed } from '../check.ts'
import { defineCommand } from '../command.ts'

export const command = defineCommand({
  summary: 'ask providers for the models they have',
  details: [
    'Prints PROVIDER/MODEL, as an alias would name it, one a line. The running daemon asks, with the credentials that requests get.',
  ],
  arguments: [
    {
      name: 'name',
      summary: 'the providers (all that are declared, and presets with a key)',
      many: true,
      completes: 'provider',
    },
  ],
  options: [],
  examples: ['gateway provider models openai | grep mini'],
  run: ({ name: names }, context) => checkNamed(names, context),
  views: {
    human: results =>
      results
        .flatMap(({ provider, models = [] }) => models.map(model => `${provider}/${model}`))
        .join('\n'),
    talk: results =>
      results.flatMap(({ provider, models, reason, hint }) =>
        models
          ? []
          : [`${provider}: ${reason}`, ...(hint ? [`hint for ${provider}: ${hint}`] : [])],
      ),
    json: results =>
      results.map(({ provider, models = [], reason }) => ({
        provider,
        models,
        ...(reason ? { reason } : {}),
      })),
    exit: results => (results.some(result => hasFailed(result) || !result.models) ? 1 : 0),
  },
})
