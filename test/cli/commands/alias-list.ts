import t from 'tap'
import { runCli } from '../../fixtures/cli.ts'

const yaml = `aliases:
  fast: gpt-3.5-turbo
  gpt-4: openai/gpt-4o
  claude-*: anthropic/claude-*
  chat: { targets: [fast, ollama/llama3], description: for talking }
  split: { targets: [{ model: openai/gpt-4o, weight: 9 }, { model: gpt-4o-mini }] }
  think: { target: openai/gpt-5, set: { reasoning_effort: high }, remove: [top_p], hidden: true }
  off: { target: gpt-4, disabled: true }
providers:
  openai: {}
  ollama: { models: [tiny], aliases: { fast: 'qwen3:4b', tiny: 'qwen3:1b' } }
`

t.test('a table of all of them', async t => {
  const dir = t.testdir({ 'gateway.yaml': yaml })
  const { exit, stdout, stderr } = await runCli(dir, ['alias', 'list'])
  t.equal(exit, 0)
  t.equal(stderr, '')
  t.matchSnapshot(stdout)
  t.matchSnapshot((await runCli(dir, ['alias', 'list'], { columns: 60 })).stdout, '60 columns')
})

t.test('--provider shows those of the provider alone', async t => {
  const dir = t.testdir({ 'gateway.yaml': yaml })
  const { stdout } = await runCli(dir, ['alias', 'list', '--provider', 'ollama', '--json'])
  t.same(
    JSON.parse(stdout).map(({ name, shadows }: Record<string, string>) => [name, shadows]),
    [
      ['fast', undefined],
      ['tiny', 'ollama/tiny'],
    ],
  )
  t.equal((await runCli(dir, ['alias', 'list', '--provider', 'nobody'])).exit, 1)
})

t.test('--json has every fact', async t => {
  const dir = t.testdir({ 'gateway.yaml': yaml })
  const list = JSON.parse((await runCli(dir, ['alias', 'list', '--json'])).stdout)
  t.match(list[1], { name: 'gpt-4', provider: null, shadows: 'openai/gpt-4' })
  t.notOk('goesTo' in list[2], 'where a pattern leads depends on the name')
  t.match(list[4].targets, [{ model: 'openai/gpt-4o', weight: 9 }, { model: 'gpt-4o-mini' }])
})

t.test('none yet: nothing on stdout, the way to one on stderr', async t => {
  const { exit, stdout, stderr } = await runCli(t.testdir(), ['alias', 'list'])
  t.same([exit, stdout], [0, ''])
  t.matchSnapshot(stderr)
  t.equal((await runCli(t.testdir(), ['alias', 'list', '--json'])).stdout, '[]\n')
})
