// What `credential test`, `provider test` and `provider models` have in common: the daemon asks, with the credentials that
// requests get. This program could only ask with those of its own environment, which may not be the daemon's.

import type { CheckResult } from '../control/api.ts'
import type { Context } from './context.ts'
import type { Look } from './output.ts'
import { needDaemon } from './running.ts'
import { table } from './table.ts'

/** A provider that is slower than this to list its models is not worth waiting for. */
const waitMs = 20_000

/** Throws `not_running` and `provider_not_found`. */
export async function checkNamed(
  names: readonly string[],
  context: Context,
): Promise<readonly CheckResult[]> {
  const { client } = await needDaemon(context)
  return client.call('check', { names, waitMs })
}

const bad: readonly CheckResult['outcome'][] = ['refused', 'missing', 'unreachable', 'failed']

export const hasFailed = ({ outcome }: CheckResult): boolean => bad.includes(outcome)

/** `--json` of a check: all but the models, which are another question. */
export const outcomeOf = ({ models, ...result }: CheckResult) => ({
  ...result,
  ...(models ? { models: models.length } : {}),
})

export const checkViews = {
  human: (results: readonly CheckResult[], look: Look) =>
    results.length === 0
      ? undefined
      : table(
          ['PROVIDER', 'CREDENTIAL', 'RESULT', 'NOTES'],
          results.map(({ provider, credential, outcome, reason, models }) => [
            provider,
            credential === 'none' ? '' : credential,
            outcome,
            reason ?? `${models?.length} models`,
          ]),
          look,
        ),
  talk: (results: readonly CheckResult[]) =>
    results.length === 0
      ? ['no provider is declared, and no key of a preset is found: gateway provider list --all']
      : results.flatMap(({ provider, hint }) => (hint ? [`hint for ${provider}: ${hint}`] : [])),
  json: (results: readonly CheckResult[]) => results.map(outcomeOf),
  exit: (results: readonly CheckResult[]) => (results.some(hasFailed) ? 1 : 0),
}
