import t from 'tap'
import type { CheckResult } from '../../src/control/api.ts'
import { GatewayError } from '../../src/errors.ts'
import { fakeDaemon, runCli } from '../fixtures/cli.ts'

const fine: CheckResult = {
  provider: 'openai',
  credential: 'env:OPENAI_API_KEY',
  outcome: 'ok',
  status: 200,
  models: ['gpt-4o', 'gpt-5'],
}
const refused: CheckResult = {
  provider: 'groq',
  credential: 'store:groq',
  outcome: 'refused',
  status: 401,
  reason: 'it does not take the key (status 401)',
  hint: 'gateway credential set groq',
}

t.test('what each provider made of its key; any that fails is exit 1', async t => {
  const dir = t.testdir()
  let results: readonly CheckResult[] = [fine, refused]
  const daemon = await fakeDaemon(t, dir, { check: () => results })
  for (const words of [
    'credential test',
    'credential test --json',
    'provider test',
    'provider models',
  ]) {
    const { exit, stdout, stderr } = await runCli(dir, words.split(' '))
    t.equal(exit, 1, words)
    t.matchSnapshot(stdout + stderr, words)
  }
  results = [fine]
  t.equal((await runCli(dir, ['credential', 'test', 'openai'])).exit, 0)
  t.match(daemon.asked.at(-1), '"names":["openai"]')
  results = []
  t.matchSnapshot((await runCli(dir, ['credential', 'test'])).stderr, 'nothing to test')
})

t.test('without a daemon: exit 3', async t => {
  for (const words of ['credential test', 'provider test', 'provider models'])
    t.equal((await runCli(t.testdir(), words.split(' '))).exit, 3, words)
})

t.test('a key of the store that no provider uses', async t => {
  const dir = t.testdir()
  await runCli(dir, ['credential', 'set', 'spare'], { stdin: 'k' })
  await fakeDaemon(t, dir, {
    check: ({ names }) => new GatewayError('provider_not_found', { provider: names[0], near: [] }),
  })
  t.matchSnapshot((await runCli(dir, ['credential', 'test', 'spare'])).stderr, 'spare')
  t.match(await runCli(dir, ['credential', 'test', 'other']), {
    exit: 1,
    stderr: 'no provider is named "other"',
  })
})
