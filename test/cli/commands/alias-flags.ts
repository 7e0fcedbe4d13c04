import { readFileSync } from 'node:fs'
import t, { type Test } from 'tap'
import { parseConfig } from '../../../src/config/load.ts'
import { runCli } from '../../fixtures/cli.ts'

const home = (t: Test, yaml: string) => t.testdir({ 'gateway.yaml': yaml })
const textOf = (dir: string) => readFileSync(`${dir}/gateway.yaml`, 'utf8')
const aliasIn = (dir: string, name: string) =>
  parseConfig(textOf(dir), 'x').config.aliases.get(name)

t.test('several targets make a list, weights share them out', async t => {
  const dir = home(t, 'aliases:\n')
  const list = await runCli(dir, ['alias', 'add', 'chat', 'ollama/qwen3', 'openai/gpt-4o-mini'])
  t.equal(list.exit, 0, list.stderr)
  t.match(list.stderr, 'chat -> ollama/qwen3, then openai/gpt-4o-mini')
  t.same(
    aliasIn(dir, 'chat')!.targets.map(({ model }) => model),
    ['ollama/qwen3', 'openai/gpt-4o-mini'],
  )
  const split = await runCli(dir, [
    'alias',
    'add',
    'split',
    'openai/a',
    'openai/b',
    '--weight',
    '9',
    '--weight',
    '1',
  ])
  t.equal(split.exit, 0, split.stderr)
  t.same(
    aliasIn(dir, 'split')!.targets.map(({ weight }) => weight),
    [9, 1],
  )
})

t.test('parameters: JSON where it is JSON, else text; the file has the shortest form', async t => {
  const dir = home(t, 'aliases:\n  # mine\n')
  const flags = [
    ['--set', 'reasoning_effort=high'],
    ['--set', 'n=1'],
    ['--default', 'temperature=0.2'],
    ['--default', 'extra.on=true'],
    ['--remove', 'top_p'],
    ['--system', 'Be brief.'],
    ['--respond-as', 'alias'],
    ['--description', 'The thinker'],
    ['--hidden'],
  ].flat()
  const { exit, stderr } = await runCli(dir, ['alias', 'add', 'think', 'openai/gpt-5', ...flags])
  t.equal(exit, 0, stderr)
  t.match(aliasIn(dir, 'think'), {
    targets: [{ model: 'openai/gpt-5' }],
    params: {
      set: { reasoning_effort: 'high', n: 1 },
      default: { temperature: 0.2, 'extra.on': true },
      remove: ['top_p'],
      prompt: { prepend: [{ role: 'system', content: 'Be brief.' }], append: [] },
    },
    respondAs: 'alias',
    description: 'The thinker',
    hidden: true,
  })
  await runCli(dir, ['alias', 'add', 'plain', 'gpt-4'])
  t.match(textOf(dir), /^ {2}plain: gpt-4$/m)
  t.match(textOf(dir), '  # mine\n')
})

const bad: readonly (readonly [says: string, argv: readonly string[], words: RegExp])[] = [
  ['weights for one target', ['a', 'gpt-4', '--weight', '1'], /1 weights for 1 targets/],
  ['too few weights', ['a', 'gpt-4', 'gpt-5', '--weight', '1'], /1 weights for 2 targets/],
  [
    'a weight that is none',
    ['a', 'gpt-4', 'gpt-5', '--weight', 'x', '--weight', '1'],
    /"x" is no weight/,
  ],
  ['no KEY=VALUE', ['a', 'gpt-4', '--set', 'x'], /"x" is no KEY=VALUE/],
  ['nobody to respond as', ['a', 'gpt-4', '--respond-as', 'me'], /alias or upstream, not "me"/],
]
for (const [says, argv, words] of bad) {
  t.test(`bad usage: ${says}`, async t => {
    const dir = home(t, 'aliases:\n')
    const { exit, stderr, stdout } = await runCli(dir, ['alias', 'add', ...argv])
    t.same([exit, stdout], [2, ''])
    t.match(stderr, words)
    t.equal(textOf(dir), 'aliases:\n')
  })
}

t.test(
  'rename keeps the place and the comments, and names who still uses the old name',
  async t => {
    const yaml = 'aliases:\n  # the quick one\n  fast: { target: gpt-4 }   # cheap\n  chat: fast\n'
    const dir = home(t, yaml.replace('chat: fast', 'chat: openai/x'))
    const { exit, stderr } = await runCli(dir, ['alias', 'rename', 'fast', 'quick'])
    t.equal(exit, 0, stderr)
    t.equal(textOf(dir), yaml.replace('fast:', 'quick:').replace('chat: fast', 'chat: openai/x'))
    t.equal((await runCli(dir, ['alias', 'rename', 'quick', 'chat'])).exit, 1)
    t.match((await runCli(dir, ['alias', 'rename', 'quik', 'x'])).stderr, 'did you mean "quick"?')
    const used = home(t, 'aliases:\n  gpt-4: openai/x\n  chat: gpt-4\n')
    t.match(
      (await runCli(used, ['alias', 'rename', 'gpt-4', 'old'])).stderr,
      'chat still leads to gpt-4',
    )
  },
)

t.test('show: what it says, where it stands, where it leads', async t => {
  const dir = home(
    t,
    'aliases:\n  think:\n    target: openai/gpt-5\n    set: { reasoning_effort: high }\n',
  )
  const { stdout, exit } = await runCli(dir, ['alias', 'show', 'think'])
  t.equal(exit, 0)
  t.match(
    stdout,
    /^think -> openai\/gpt-5 with set reasoning_effort\n {2}set reasoning_effort = "high"\ngoes to openai\/gpt-5\n.*gateway\.yaml:2:3\n$/,
  )
  const json = JSON.parse((await runCli(dir, ['alias', 'show', 'think', '--json'])).stdout)
  t.match(json, { name: 'think', place: /:2:3$/, meaning: { targets: ['openai/gpt-5'] } })
  t.equal((await runCli(dir, ['alias', 'show', 'thinks'])).exit, 1)
})

t.test('list marks patterns', async t => {
  const dir = home(t, 'aliases:\n  claude-*: anthropic/claude-*\n')
  t.match((await runCli(dir, ['alias', 'list'])).stdout, /pattern/)
})
