import type { Status, TemporaryAlias } from '../../control/api.ts'
import { formatProblem } from '../../errors.ts'
import { defineCommand } from '../command.ts'
import { restartLines } from '../live.ts'
import type { Look } from '../output.ts'
import { runningDaemon } from '../running.ts'
import { remains } from '../temporary.ts'
import { count, formatBytes, formatDuration } from '../units.ts'
import { unwellWords } from '../unwell-words.ts'

type Result =
  | { readonly running: false; readonly config: string; readonly log: string }
  | ({ readonly running: true; readonly uptimeMs: number } & Status)

export const command = defineCommand({
  summary: 'show whether the daemon runs, and how it is',
  details: ['The exit code is 3 where it is not running.'],
  arguments: [],
  options: [],
  async run(_input, context): Promise<Result> {
    const daemon = await runningDaemon(context)
    if (!daemon) return { running: false, config: context.paths.config, log: context.paths.log }
    const uptimeMs = Math.max(0, Date.now() - Date.parse(daemon.status.startedAt))
    return { running: true, uptimeMs, ...daemon.status }
  },
  views: {
    human: (result, look) =>
      result.running ? describe(result, look) : look.style('bold', 'not running'),
    talk: result => (result.running ? [] : ['start it with: gateway start']),
    json: result => result,
    exit: result => (result.running ? 0 : 3),
  },
})

function describe(status: Extract<Result, { running: true }>, { style }: Look): string {
  const state = status.stopping ? 'stopping' : status.ready ? 'running' : 'starting'
  const { config, requests, rejected, profile, temporary } = status
  const inForce = temporary.filter(({ broken }) => broken === undefined)
  const now = Date.parse(status.startedAt) + status.uptimeMs
  const rows: [string, string][] = [
    ['gateway', style(status.ready ? 'green' : 'yellow', state) + (status.demo ? ', demo' : '')],
    ['url', status.urls.join(', ')],
    ['pid', `${status.pid}, up ${formatDuration(status.uptimeMs)}, ${formatBytes(status.memory)}`],
    ...(status.workers
      ? [
          [
            'workers',
            status.workers.map(({ pid, memory }) => `${pid} (${formatBytes(memory)})`).join(', '),
          ] as [string, string],
        ]
      : []),
    ['config', config.exists ? config.file : `${config.file} (no such file: all defaults)`],
    ['generation', `${config.generation}, since ${config.loadedAt}`],
    ...(profile && !profile.missing ? [['profile', profile.name] as [string, string]] : []),
    ...(inForce.length > 0
      ? [['temporary', inForce.map(one => temporaryText(one, now)).join('; ')] as [string, string]]
      : []),
    [
      'requests',
      `${requests.started}: ${requests.inFlight} running, ${requests.finished} finished, ${requests.failed} failed, ${requests.cancelled} cancelled`,
    ],
  ]
  return [
    ...rows.map(([key, value]) => `${key.padEnd(11)}${value}`),
    ...status.unwell.map(target => `${style('yellow', target.target)} ${unwellWords(target)}`),
    ...status.refused.map(
      ({ provider, at }) =>
        `${style('yellow', provider)} refused its credential at ${at}: gateway credential list`,
    ),
    ...config.warnings.map(formatProblem),
    ...(profile?.missing
      ? [
          `the config has no profile "${profile.name}", and is served without it: gateway profile list`,
        ]
      : []),
    ...temporary
      .filter(({ broken }) => broken !== undefined)
      .map(({ name, broken }) => `the temporary alias "${name}" is out of force: ${broken}`),
    ...restartLines(status.restartNeeded),
    ...(rejected
      ? [
          style(
            'red',
            `the config was refused at ${rejected.at} with ${count(rejected.problems.length, 'problem')}; generation ${config.generation} serves on`,
          ),
          ...rejected.problems.map(formatProblem),
        ]
      : []),
  ].join('\n')
}

const temporaryText = ({ name, provider, until }: TemporaryAlias, now: number): string =>
  `${name}${provider === null ? '' : ` on ${provider}`}, ${remains(until, now)}`
