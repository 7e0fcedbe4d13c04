import t from 'tap'
import { runCli } from '../../fixtures/cli.ts'

const yaml = `aliases:
  fast: { targets: [quick, openai/gpt-4], set: { temperature: 0 } }
  quick: gpt-4o-mini
  gone: { target: gpt-4, disabled: true }
  claude-*: { target: openrouter/anthropic/claude-*, default: { max_tokens: 512 } }
providers:
  openai: { credential: none }
  openrouter: { credential: "env:NOT_THERE" }
`

t.test('what a name means is read from top to bottom', async t => {
  const dir = t.testdir({ 'gateway.yaml': yaml })
  for (const name of ['fast', 'claude-sonnet-4-5', 'gone', 'fsat']) {
    t.matchSnapshot((await runCli(dir, ['explain', name])).stdout, name)
  }
  t.equal((await runCli(dir, ['explain', 'fast'])).exit, 0)
  t.equal((await runCli(dir, ['explain', 'fsat'])).exit, 1)
})

t.test('a name of 64 KiB is shown by its beginning, and whole in JSON', async t => {
  const dir = t.testdir({ 'gateway.yaml': yaml })
  const name = 'x'.repeat(65_536)
  const shown = await runCli(dir, ['explain', name])
  t.match(shown.stdout, 'xxx...')
  t.ok(shown.stdout.length < 2000, shown.stdout.slice(0, 200))
  t.equal(JSON.parse((await runCli(dir, ['explain', name, '--json'])).stdout).name, name)
})
