import { defineCommand } from '../command.ts'
import { needDaemon } from '../running.ts'

export const command = defineCommand({
  summary: "print the daemon's metrics, in Prometheus's format",
  details: [
    'The same is at /metrics of the gateway itself while that listens on loopback, and at "metrics.listen" in the config.',
  ],
  arguments: [],
  options: [],
  async run(_input, { json, ...context }) {
    const { client } = await needDaemon({ ...context, json })
    return json ? client.call('families') : client.call('metrics')
  },
  views: {
    human: result => (typeof result === 'string' ? result.trimEnd() : undefined),
    json: result => result,
  },
})
