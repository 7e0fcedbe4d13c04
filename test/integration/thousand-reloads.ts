import { renameSync, writeFileSync } from 'node:fs'
import t from 'tap'
import { connectControl } from '../../src/control/client.ts'
import { newHome } from '../fixtures/daemon.ts'
import { means, next, sayModel, underLoad } from '../fixtures/under-load.ts'
import { upstream } from '../fixtures/upstream.ts'

for (const workers of [1, 2]) {
  t.test(`a thousand reloads, ${workers} at work: memory stays as it was`, async t => {
    const up = await upstream(t, sayModel)
    const text = (n: number): string => `workers: ${workers}\n${means(up.url, n)}`
    const home = newHome(t, text(0))
    const url = await home.start()
    const control = connectControl(home.paths)
    let early = 0
    await underLoad(t, url, async edits => {
      for (let n = 0; n < 1000; n++) {
        await next(edits, async n => {
          writeFileSync(`${home.config}.new`, text(n))
          renameSync(`${home.config}.new`, home.config)
          const result = await control.call('live')
          if (!result.live) throw new Error(JSON.stringify(result))
        })
        if (n === 300) early = (await home.status()).memory
      }
    })
    const { requests, memory, config } = await home.status()
    t.match(requests, { failed: 0, cancelled: 0 })
    t.equal(config.generation, 1001)
    // What a heap that is not full yet may still grow by: 700 snapshots that are kept would be far more.
    t.ok(memory < early * 1.4, `${early} bytes after 300 reloads, ${memory} after 1000`)
  })
}
