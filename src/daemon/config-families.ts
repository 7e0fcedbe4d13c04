import type { Family } from '../server/metrics.ts'
import { version } from '../version.ts'

/** How the config stands. */
export interface ConfigCounts {
  readonly generation: number
  /** The newest change of the file is refused. */
  readonly rejected: boolean
  readonly rejections: number
}

/** What Prometheus is told of the config, and of the program. */
export function configFamilies({ generation, rejected, rejections }: ConfigCounts): Family[] {
  return [
    gauge('gateway_config_generation', 'The generation that is live.', generation),
    gauge(
      'gateway_config_rejected',
      '1 while the newest change of the config file is refused, and an older one serves on.',
      rejected ? 1 : 0,
    ),
    {
      name: 'gateway_config_rejections_total',
      help: 'Changes of the config file that were refused.',
      type: 'counter',
      aggregator: 'sum',
      values: [{ labels: {}, value: rejections }],
    },
    gauge('gateway_info', 'The version of the gateway.', 1, { version }),
  ]
}

const gauge = (name: string, help: string, value: number, labels = {}): Family => ({
  ...{ name, help, type: 'gauge', aggregator: 'first' },
  values: [{ labels, value }],
})
