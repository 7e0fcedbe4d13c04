// `gateway logs`, while the daemon writes and rotates.

import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { newHome } from '../fixtures/daemon.ts'

t.test('logs -f shows every request once, in order, through rotations', async t => {
  const home = newHome(t, 'log: { size: 4KiB, files: 2 }\n')
  const url = await home.start('--demo')
  const follow = home.begin(['logs', '-f', '-n', '1'])
  await follow.says(/ ready /)
  for (let n = 0; n < 200; n++) {
    await fetch(`${url}/nowhere/${n}`)
    // Faster than any log is read, a second rotation would take away what nobody has seen yet.
    if (n % 10 === 9) await follow.says(new RegExp(` /nowhere/${n} `))
  }
  const shown = await follow.says(/ \/nowhere\/199 /)
  t.same(
    [...shown.matchAll(/ \/nowhere\/(\d+) /g)].map(match => Number(match[1])),
    Array.from({ length: 200 }, (_, n) => n),
  )
  t.same(readdirSync(join(home.dir, 'log')).sort(), [
    'gateway.log',
    'gateway.log.1',
    'gateway.log.2',
  ])
})

t.test('logs -n, with the daemon stopped', async t => {
  const home = newHome(t)
  const none = await home.run('logs')
  t.match(none, { exit: 0, stdout: '', stderr: 'gateway: no log yet' })
  await home.start('--demo')
  await home.run('stop')
  const { stdout } = await home.run('logs', '-n', '2')
  t.match(stdout, /^\S+ info +stopping .*\n\S+ info +stopped .*\n$/)
})

t.test('one line a request, as JSON too, without a word of the prompt', async t => {
  const home = newHome(t, 'log: { format: json }\naliases: { fast: gpt-4 }\n')
  await home.start('--demo')
  await home.run('test', 'fast', 'Say heliotrope')
  await home.run('stop')
  const { stdout } = await home.run('logs')
  const lines = stdout
    .trim()
    .split('\n')
    .map(line => JSON.parse(line))
  t.match(
    lines.filter(({ alias }) => alias),
    [
      {
        level: 'info',
        message: 'POST /v1/chat/completions',
        status: 200,
        alias: 'fast',
        target: 'openai/gpt-4',
        model: 'gpt-4-0613',
        id: String,
        first: Number,
        total: Number,
        in: Number,
        out: Number,
        client: 'gateway-test',
      },
    ],
  )
  t.notMatch(stdout, 'heliotrope')
})
