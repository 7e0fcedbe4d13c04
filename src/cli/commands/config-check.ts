import { loadConfig } from '../../config/load.ts'
import { formatProblem, GatewayError, type Problem } from '../../errors.ts'
import { defineCommand } from '../command.ts'
import { count } from '../units.ts'

export const command = defineCommand({
  summary: 'check the config file and print all that is wrong with it',
  details: ['Each line begins with FILE:LINE:COLUMN. The exit code is 1 where there are errors.'],
  arguments: [],
  options: [],
  run: (_input, { paths }) => checkConfig(paths.config),
  views: {
    human: ({ problems }) => problems.map(formatProblem).join('\n'),
    talk: checked => [verdict(checked)],
    json: checked => checked,
    exit: ({ problems }) => (problems.some(isError) ? 1 : 0),
  },
})

export interface Checked {
  readonly file: string
  readonly exists: boolean
  readonly problems: readonly Problem[]
}

/** Everything wrong with a config file, warnings too. Throws `config_unreadable`. */
export async function checkConfig(file: string): Promise<Checked> {
  try {
    const { exists, warnings } = await loadConfig(file)
    return { file, exists, problems: warnings }
  } catch (error) {
    if (!(error instanceof GatewayError && error.code === 'config_invalid')) throw error
    return { file, exists: true, problems: error.facts['problems'] as Problem[] }
  }
}

export const isError = (problem: Problem): boolean => problem.severity === 'error'

function verdict({ file, exists, problems }: Checked): string {
  if (!exists) return `${file} does not exist: all defaults`
  const errors = problems.filter(isError).length
  const warnings = problems.length - errors
  if (problems.length === 0) return `${file} is fine`
  return `${file}: ${[
    ...(errors > 0 ? [count(errors, 'error')] : []),
    ...(warnings > 0 ? [count(warnings, 'warning')] : []),
  ].join(', ')}`
}
