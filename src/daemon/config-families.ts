import { counter, type Family, gauge, single } from '../server/metrics.ts'
import { version } from '../version.ts'

/** How the config stands. */
export interface ConfigCounts {
  readonly generation: number
  /** The newest change of the file is refused. */
  readonly rejected: boolean
  readonly rejections: number
}

/** What Prometheus is told of the config, and of the program. */
export const configFamilies = ({ generation, rejected, rejections }: ConfigCounts): Family[] => [
  gauge('gateway_config_generation', 'The generation that is live.', single(generation)),
  gauge(
    'gateway_config_rejected',
    '1 while the newest change of the config file is refused, and an older one serves on.',
    single(rejected ? 1 : 0),
  ),
  counter(
    'gateway_config_rejections_total',
    'Changes of the config file that were refused.',
    single(rejections),
  ),
  gauge('gateway_info', 'The version of the gateway.', [{ labels: { version }, value: 1 }]),
]
