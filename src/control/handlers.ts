import { createServer, type IncomingMessage, type Server } from 'node:http'
import { GatewayError, reasonOf } from '../errors.ts'
import {
  type AddTemporaryGive,
  type AddTemporaryTake,
  type Calls,
  type CheckResult,
  type ExplainGive,
  type ExplainTake,
  type MetricFamily,
  type ProfileResult,
  type ProviderModels,
  type ReloadResult,
  type RemoveTemporaryGive,
  type RemoveTemporaryTake,
  type RestartGive,
  type RestartTake,
  routes,
  type Status,
  type StopResult,
} from './api.ts'

/** What the daemon must be able to do for its command line. */
export interface Controlled {
  status(): Promise<Status>
  families(): Promise<readonly MetricFamily[]>
  metrics(): Promise<string>
  reload(): Promise<ReloadResult>
  live(): Promise<ReloadResult>
  explain(take: ExplainTake): Promise<ExplainGive>
  check(names: readonly string[], waitMs: number): Promise<readonly CheckResult[]>
  models(): Promise<readonly ProviderModels[]>
  useProfile(): Promise<ProfileResult>
  addTemporary(take: AddTemporaryTake): Promise<AddTemporaryGive>
  removeTemporary(take: RemoveTemporaryTake): Promise<RemoveTemporaryGive>
  restart(take: RestartTake): Promise<RestartGive>
  stop(drainMs: number | undefined): Promise<StopResult>
}

type Handlers = {
  readonly [Name in keyof Calls]: (
    daemon: Controlled,
    take: Calls[Name]['take'],
  ) => Calls[Name]['give'] | Promise<Calls[Name]['give']>
}

const handlers: Handlers = {
  status: daemon => daemon.status(),
  families: daemon => daemon.families(),
  metrics: daemon => daemon.metrics(),
  reload: daemon => daemon.reload(),
  live: daemon => daemon.live(),
  explain: (daemon, take) => daemon.explain(take),
  check: (daemon, { names, waitMs }) => daemon.check(names, waitMs),
  models: daemon => daemon.models(),
  profile: daemon => daemon.useProfile(),
  addTemporary: (daemon, take) => daemon.addTemporary(take),
  removeTemporary: (daemon, take) => daemon.removeTemporary(take),
  restart: (daemon, take) => daemon.restart(take),
  stop: (daemon, { drainMs }) => daemon.stop(drainMs),
}

/**
 * The server of the control socket; whoever can open that socket may do everything here. `stopped` is called once the
 * answer to a stop has left.
 */
export function controlServer(daemon: Controlled, stopped: () => void): Server {
  return createServer((req, res) => {
    const answer = (status: number, body: unknown): void => {
      const type =
        typeof body === 'string' ? 'text/plain; version=0.0.4; charset=utf-8' : 'application/json'
      res.writeHead(status, { 'content-type': type, connection: 'close' })
      res.end(typeof body === 'string' ? body : JSON.stringify(body))
    }
    const asked = `${req.method} ${req.url}`
    const name = (Object.keys(routes) as (keyof Calls)[]).find(key => routes[key] === asked)
    if (name === 'stop') res.once('close', stopped)
    handle(daemon, name, req).then(
      given => answer(200, given),
      error => {
        const known = error instanceof GatewayError ? error : undefined
        answer(known?.status ?? 500, {
          error: {
            code: known?.code ?? 'internal',
            facts: known?.facts ?? { reason: reasonOf(error) },
            message: reasonOf(error),
          },
        })
      },
    )
  })
}

async function handle(
  daemon: Controlled,
  name: keyof Calls | undefined,
  req: IncomingMessage,
): Promise<unknown> {
  if (name === undefined) {
    throw new GatewayError('endpoint_not_found', { method: req.method, path: req.url })
  }
  const chunks: Buffer[] = []
  for await (const chunk of req) chunks.push(chunk)
  const take = chunks.length > 0 ? JSON.parse(Buffer.concat(chunks).toString('utf8')) : {}
  return handlers[name](daemon, take as never)
}
