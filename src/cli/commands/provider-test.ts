import { checkNamed, checkViews } from '../check.ts'
import { defineCommand } from '../command.ts'

export const command = defineCommand({
  summary: 'ask providers whether they can be reached and take their keys',
  details: ['The same as "gateway credential test", asked from the other side.'],
  arguments: [
    {
      name: 'name',
      summary: 'the providers (all that are declared, and presets with a key)',
      many: true,
      completes: 'provider',
    },
  ],
  options: [],
  run: ({ name: names }, context) => checkNamed(names, context),
  views: checkViews,
})
