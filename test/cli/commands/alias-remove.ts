import { readFileSync } from 'node:fs'
import t from 'tap'
import { runCli } from '../../fixtures/cli.ts'

const yaml = `aliases:
  fast: gpt-4 # quick
  slow: gpt-4
providers:
  ollama:
    aliases:
      fast: qwen3:4b
`
const textOf = (dir: string) => readFileSync(`${dir}/gateway.yaml`, 'utf8')

t.test('removes all that are named, in one edit', async t => {
  const dir = t.testdir({ 'gateway.yaml': yaml })
  const { exit, stderr } = await runCli(dir, ['alias', 'remove', 'fast', 'slow', 'fast'])
  t.equal(exit, 0)
  t.matchSnapshot(stderr)
  t.notMatch(textOf(dir), 'slow')
  t.match(textOf(dir), 'fast: qwen3:4b')
})

t.test('one unknown name, and none is removed', async t => {
  const dir = t.testdir({ 'gateway.yaml': yaml })
  const { exit, stderr } = await runCli(dir, ['alias', 'remove', 'slow', 'fsat'])
  t.equal(exit, 1)
  t.matchSnapshot(stderr)
  t.equal(textOf(dir), yaml)
})

t.test('--provider removes that of the provider', async t => {
  const dir = t.testdir({ 'gateway.yaml': yaml })
  const argv = ['alias', 'remove', 'fast', '--provider', 'ollama', '--json']
  const { exit, stdout } = await runCli(dir, argv)
  t.equal(exit, 0)
  t.match(JSON.parse(stdout), {
    removed: [{ name: 'fast', target: 'qwen3:4b' }],
    provider: 'ollama',
  })
  t.match(textOf(dir), 'fast: gpt-4 # quick')
  t.notMatch(textOf(dir), 'qwen3')
})

t.test('names who still leads to what is gone', async t => {
  const dir = t.testdir({
    'gateway.yaml': `aliases:
  gpt-4: openai/x
  a: gpt-4
  b: { targets: [openai/y, gpt-4] }
  c: ollama/own
providers:
  ollama: { aliases: { own: qwen3 } }
  openai: {}
profiles:
  offline: { d: gpt-4, a: ~ }
`,
  })
  const { stderr } = await runCli(dir, ['alias', 'remove', 'gpt-4', 'b'])
  t.match(stderr, 'a still leads to gpt-4')
  t.match(stderr, 'd of profile offline still leads to gpt-4')
  t.notMatch(stderr, 'b still')
  t.match(
    (await runCli(dir, ['alias', 'remove', 'own', '--provider', 'ollama'])).stderr,
    'c still leads to own',
  )
})
