import type { Health } from '../proxy/health.ts'
import type { Upstreams } from '../proxy/upstream.ts'
import type { Snapshot } from '../server/snapshot.ts'

/** Keeps the connections and the health of what a snapshot leads to, and lets go of the rest. */
export function keepUpstreams(upstreams: Upstreams, snapshot: Snapshot): void {
  const { providers, config } = snapshot
  // An alias may give a connection more or less time than its provider does.
  const aliases = [config, ...config.providers.values()].flatMap(c => [...c.aliases.values()])
  const said = new Set(aliases.map(({ timeouts }) => timeouts.connect))
  upstreams.keepOnly(
    [...providers.values()].flatMap(({ origin, config: { timeouts } }) =>
      origin === undefined
        ? []
        : [...said, timeouts.connect].map(connect => ({
            origin,
            connectTimeout: connect ?? timeouts.connect,
          })),
    ),
  )
  keepHealth(upstreams.health, snapshot)
}

/** Forgets how those targets are that a snapshot does not have. */
export function keepHealth(health: Health, { providers }: Snapshot): void {
  health.keepOnly(
    ({ target, identity }) =>
      providers.get(target.slice(0, target.indexOf('/')))?.identity === identity,
  )
}
