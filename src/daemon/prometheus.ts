// The door to prom-client, which knows Prometheus's format, how to add up the metrics of several processes, and what node
// can tell of a process. It is loaded when somebody asks for metrics: most never do.

import type { Registry } from 'prom-client'
import type { Family } from '../server/metrics.ts'

let loading: Promise<{ readonly prom: typeof import('prom-client'); readonly own: Registry }>

function load(): typeof loading {
  loading ??= import('prom-client').then(({ default: prom }) => {
    const own = new prom.Registry()
    prom.collectDefaultMetrics({ register: own })
    return { prom, own }
  })
  return loading
}

/** What node tells of this process: memory, CPU time, the event loop. The first call begins to measure the latter. */
export async function processFamilies(): Promise<Family[]> {
  const { own } = await load()
  return (await own.getMetricsAsJSON()) as unknown as Family[]
}

/** The metrics of several processes, added up. */
export async function addUp(processes: readonly (readonly Family[])[]): Promise<Family[]> {
  const { prom } = await load()
  const all = prom.AggregatorRegistry.aggregate(processes as object as object[])
  return (await all.getMetricsAsJSON()) as unknown as Family[]
}

/** In Prometheus's text format. */
export async function formatMetrics(families: readonly Family[]): Promise<string> {
  const { prom } = await load()
  return prom.AggregatorRegistry.aggregate([families as object]).metrics()
}
