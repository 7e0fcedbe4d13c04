import { existsSync } from 'node:fs'
import t from 'tap'
import { fakeDaemon, runCli, statusOf } from '../../fixtures/cli.ts'

const yaml = `
providers:
  up: { api: openai, baseUrl: "https://up.example/v1", models: [m-1, org/m-2], aliases: { own: m-1 } }
aliases: { fast: up/m-1, "two words": fast, "gpt-*": fast }
profiles: { offline: { fast: up/m-1 } }
`

/** The candidates for words, the last of which is at the cursor. */
async function at(home: string, ...words: string[]): Promise<string[]> {
  const { exit, stdout, stderr } = await runCli(home, ['__complete', 'words', ...words])
  t.same([exit, stderr], [0, ''], words.join(' '))
  return stdout
    .split('\n')
    .slice(1, -1)
    .map(line => line.split('\t')[0]!)
}

t.test('names of the config', async t => {
  const home = t.testdir({ 'gateway.yaml': yaml })
  t.same(await at(home, 'alias', 'show', ''), ['fast', 'two words', 'gpt-*'])
  t.same(await at(home, 'alias', 'show', '--provider', 'up', ''), ['own'])
  t.same(await at(home, 'profile', 'use', ''), ['offline'])
  t.same(await at(home, 'test', 'up/'), ['up/m-1', 'up/org/m-2', 'up/own'])
  t.same(await at(home, 'test', 'm'), ['m-1', 'mistral/', 'moonshot/'])
  t.same(await at(home, 'alias', 'list', '--provider', 'u'), ['up'])
  t.same(await at(home, 'alias', 'show', '--config', `${home}/none.yaml`, ''), [])
  await runCli(home, ['credential', 'set', 'spare'], { stdin: 'k' })
  t.same(await at(home, 'credential', 'remove', ''), ['spare'])
  t.same(await at(home, 'credential', 'test', 's'), ['spare'])
})

t.test('a config that is half-written, broken or not there is no noise', async t => {
  const half = t.testdir({ 'gateway.yaml': 'aliases: { fast: a, slow: }\nnonsense: 1\n' })
  t.same(await at(half, 'alias', 'show', ''), ['fast'])
  const broken = t.testdir({ 'gateway.yaml': 'aliases: [' })
  t.same(await at(broken, 'alias', 'show', ''), [])
  const empty = t.testdir()
  t.same(await at(empty, 'alias', 'show', ''), [])
  t.same(await at(empty, 'alias', 'r'), ['remove', 'rename'])
  t.notOk(existsSync(`${empty}/run`), 'nothing was started')
  t.notOk(existsSync(`${empty}/gateway.yaml`), 'nothing was written')
  t.match(await runCli(empty, ['__complete']), { exit: 0, stderr: '' })
})

t.test('the daemon knows more', async t => {
  const home = t.testdir({ 'gateway.yaml': yaml })
  const temporary = [{ name: 'soon', provider: null, value: 'm', until: null }]
  await fakeDaemon(t, home, {
    status: () => statusOf(home, { temporary }),
    models: () => [
      { provider: 'openai', usable: false, models: ['gpt-5', 'odd\nname'] },
      { provider: 'groq', usable: true, models: ['llama'] },
    ],
  })
  t.same(await at(home, 'alias', 'show', 's'), ['soon'])
  t.same(await at(home, 'test', 'gpt'), ['gpt-5'])
  t.same(await at(home, 'test', 'openai/'), ['openai/gpt-5'])
  t.same(await at(home, 'test', 'll'), ['llamacpp/'], 'a bare name that nobody claims is none')
  t.same(await at(home, 'test', 'groq/'), ['groq/llama'])
  t.notMatch((await at(home, 'test', '')).join(' '), 'gpt-5', 'not all that there is at once')
})

t.test('for bash: the rest of the word, quoted as it stands', async t => {
  const home = t.testdir({ 'gateway.yaml': yaml })
  const reply = async (line: string) =>
    (await runCli(home, ['__complete', 'bash', line, ' \t\n"\'><=;|&(:'])).stdout
  t.equal(await reply('gateway alias show two'), 'words\ntwo\\ words\n')
  t.equal(await reply('gateway alias show "two'), 'words\ntwo words\n')
  t.equal(await reply('gateway alias list --provider=u'), 'words\nup\n')
  t.equal(await reply('gateway test groq'), 'open\ngroq/\n')
})

t.test('the scripts', async t => {
  for (const shell of ['bash', 'zsh', 'fish'])
    t.match((await runCli(t.testdir(), ['completion', shell])).stdout, '__complete')
  t.match(await runCli(t.testdir(), ['completion', 'tcsh']), {
    exit: 2,
    stdout: '',
    stderr: 'the shell is bash, zsh or fish, not "tcsh"',
  })
})
