// apply, delete, get, export and import as a person types them, in this process.

import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import t, { type Test } from 'tap'
import { fakeDaemon, runCli } from '../../fixtures/cli.ts'

const guide = readFileSync('test/fixtures/manifest/guide.yaml', 'utf8')
const secret = (text: string) =>
  `---\napiVersion: v1\nkind: Secret\nmetadata: { name: openai-secret }\nstringData: { Authorization: Bearer ${text} }\n`

function newHome(t: Test, config?: string) {
  const home = t.testdir({ 'guide.yaml': guide })
  const file = `${home}/gateway.yaml`
  if (config !== undefined) writeFileSync(file, config)
  return {
    home,
    file,
    text: () => readFileSync(file, 'utf8'),
    store: () => JSON.parse(readFileSync(`${home}/credentials.json`, 'utf8')).credentials,
    run: (...argv: string[]) => runCli(home, argv),
    feed: (stdin: string, ...argv: string[]) => runCli(home, argv, { stdin }),
  }
}

const mine = '# mine\naliases:\n  # names\n  slow: openai/o3   # think\n'

t.test('apply, get, delete', async t => {
  const { home, run, text } = newHome(t, mine)
  const { asked } = await fakeDaemon(t, home, {
    live: () => ({ live: true, generation: 7, restartNeeded: [], problems: [] }) as never,
  })
  const created = await run('apply', '-f', `${home}/guide.yaml`)
  t.same(
    [created.exit, created.stdout],
    [0, 'agentgatewaybackend.agentgateway.dev/openai created\n'],
  )
  t.match(
    created.stderr,
    'the store has no "openai-secret" yet: gateway credential set openai-secret',
  )
  t.match(created.stderr, 'live as generation 7')
  t.ok(asked.some(call => call.startsWith('live')))
  t.match((await run('apply', '-f', `${home}/guide.yaml`)).stdout, '/openai unchanged')
  writeFileSync(`${home}/guide.yaml`, guide.replace('gpt-4-turbo', 'gpt-4o'))
  t.match((await run('apply', '-f', `${home}/guide.yaml`)).stdout, '/openai configured')
  t.match(text(), 'smart: openai/gpt-4o')

  const list = await run('get', 'agentgatewaybackends')
  t.match(list.stdout, /^agentgateway-system +openai +openai +fast, smart$/m)
  const yaml = await run('get', 'AgentgatewayBackend', 'openai', '-o', 'yaml')
  t.equal(yaml.stdout, readFileSync(`${home}/guide.yaml`, 'utf8'))
  const json = await run('get', 'agbe/openai', '-n', 'agentgateway-system', '-o', 'json')
  t.match(JSON.parse(json.stdout), { kind: 'AgentgatewayBackend', metadata: { name: 'openai' } })
  t.match(JSON.parse((await run('get', 'agbe', '--json')).stdout), { kind: 'List', items: [{}] })

  const elsewhere = await run('delete', 'agbe', 'openai', '-n', 'other')
  t.equal(elsewhere.exit, 1)
  t.match(elsewhere.stderr, 'hint: it is in the namespace agentgateway-system')
  const dry = await run('delete', 'agbe', 'openai', '--dry-run')
  t.match(dry.stdout, '"openai" deleted (dry run)')
  t.not(text(), mine)
  const deleted = await run('delete', 'AgentgatewayBackend', 'openai', '-n', 'agentgateway-system')
  t.same(
    [deleted.exit, deleted.stdout],
    [0, 'agentgatewaybackend.agentgateway.dev "openai" deleted\n'],
  )
  t.equal(text(), mine)
  const again = await run('get', 'agbe', 'openai')
  t.same([again.exit, again.stdout], [1, ''])
  t.match(again.stderr, 'error: no AgentgatewayBackend "openai" was applied')
  t.match((await run('get', 'agbe')).stderr, 'nothing was applied')
})

t.test('a Secret fills the store, and is shown nowhere', async t => {
  const { home, feed, text, store } = newHome(t, mine)
  const input = guide + secret('sk-one')
  const said: string[] = []
  const note = ({ stdout, stderr }: { stdout: string; stderr: string }) => {
    said.push(stdout, stderr)
    return stdout
  }
  t.match(
    note(await feed(input, 'apply', '-f', '-', '--dry-run')),
    'secret/openai-secret created (dry run)',
  )
  t.throws(() => store())
  t.equal(text(), mine)
  const created = note(await feed(input, 'apply', '-f', '-'))
  t.equal(
    created,
    'secret/openai-secret created\nagentgatewaybackend.agentgateway.dev/openai created\n',
  )
  t.same(store(), { 'openai-secret': 'sk-one' })
  if (process.platform !== 'win32')
    t.equal(statSync(`${home}/credentials.json`).mode & 0o777, 0o600)
  t.match(note(await feed(input, 'apply', '-f', '-')), 'secret/openai-secret unchanged')
  t.match(note(await feed(guide + secret('sk-two'), 'apply', '-f', '-', '--json')), '"configured"')
  t.same(store(), { 'openai-secret': 'sk-two' })
  const stays = await feed(input, 'delete', '-f', '-')
  note(stays)
  t.match(
    stays.stderr,
    'left the credential openai-secret: the store has another text under this name',
  )
  await feed(guide + secret('sk-two'), 'apply', '-f', '-')
  t.match(
    note(await feed(guide + secret('sk-two'), 'delete', '-f', '-')),
    'secret "openai-secret" deleted',
  )
  t.same(store(), {})
  t.equal(text(), mine)
  t.notMatch(said.join(), /sk-(one|two)/)
})

t.test('a key in the manifest goes to the store, and away with it', async t => {
  const { feed, text, store, run } = newHome(t)
  const input = guide.replace(/secretRef:\n +name: openai-secret/, 'key: Bearer sk-inline')
  const { exit, stdout, stderr } = await feed(input, 'apply', '-f', '-')
  t.equal(exit, 0, stderr)
  t.match(text(), 'credential: store:openai.key')
  t.same(store(), { 'openai.key': 'sk-inline' })
  t.notMatch(stdout + stderr + text(), 'sk-inline')
  await run('delete', 'agbe', 'openai')
  t.same(store(), {})
})

t.test('strict changes nothing', async t => {
  const { home, feed, run, text } = newHome(t, mine)
  const richer = `${guide}      promptGuard: {}\n${secret('sk-x')}`
  const strict = await feed(richer, 'apply', '-f', '-', '--strict')
  t.equal(strict.exit, 1)
  t.match(strict.stderr, /stdin:18:7: warning: spec\.policies\.ai\.promptGuard: not carried: /)
  t.equal(text(), mine)
  t.throws(() => statSync(`${home}/credentials.json`))
  const loose = await feed(richer, 'apply', '-f', '-')
  t.equal(loose.exit, 0)
  t.match(loose.stderr, 'gateway: stdin:18:7: warning: spec.policies.ai.promptGuard: not carried')
  await run('alias', 'remove', 'fast')
  await run('alias', 'add', 'fast', 'openai/o3')
  const changed = await run('apply', '-f', `${home}/guide.yaml`, '--strict')
  t.equal(changed.exit, 1)
  t.match(changed.stderr, /aliases\.fast: stays openai\/o3, as it was changed by hand/)
  const kept = await run('delete', 'agbe', 'openai')
  t.match(kept.stderr, 'left aliases.fast: it was changed by hand')
  t.match(text(), 'fast: openai/o3')
})

t.test('what cannot work is said before anything is written', async t => {
  const { home, run, feed, text } = newHome(t, 'providers:\n  openai: { credential: env:MINE }\n')
  const before = text()
  const taken = await feed(guide + secret('sk-x'), 'apply', '-f', '-')
  t.equal(taken.exit, 1)
  t.match(taken.stderr, 'declares the provider openai by hand')
  t.match(taken.stderr, 'hint: to let apply replace it, add --force')
  const reserved = await feed(guide.replace('name: openai\n', 'name: v1\n'), 'apply', '-f', '-')
  t.equal(reserved.exit, 1)
  t.match(reserved.stderr, 'the name "v1" is taken')
  t.equal(text(), before)
  t.throws(() => statSync(`${home}/credentials.json`))
  for (const [argv, reason] of [
    [['apply'], 'say which file: -f FILE'],
    [['apply', '-f', '-'], 'there is nothing on stdin'],
    [['delete'], 'say what to delete'],
    [['delete', 'agbe'], 'say which: KIND NAME'],
    [['delete', 'secret', 'x'], 'the kind here is AgentgatewayBackend, not "secret"'],
    [['get', 'pods'], 'the kind here is AgentgatewayBackend, not "pods"'],
    [['get', 'agbe', '-o', 'wide'], 'the output is yaml or json, not "wide"'],
    [['export', '--to', 'nginx'], 'the system is agentgateway, not "nginx"'],
  ] as const) {
    const { exit, stderr, stdout } = await run(...argv)
    t.same([exit, stdout], [2, ''], argv.join(' '))
    t.match(stderr, reason)
  }
  const gone = await run('apply', '-f', `${home}/none.yaml`)
  t.match(gone.stderr, /cannot read .*none\.yaml: there is no such file/)
})

t.test('export, and apply elsewhere', async t => {
  const { run } = newHome(
    t,
    'defaultProvider: openai\nproviders:\n  openai: { credential: store:key }\naliases:\n  fast: openai/gpt-4o-mini\n  both: { targets: [openai/a, openai/b] }\n',
  )
  const out = await run('export', '--to', 'agentgateway', '-n', 'prod')
  t.equal(out.exit, 0)
  t.match(out.stdout, 'namespace: prod')
  t.match(out.stderr, /gateway\.yaml:1:1: warning: defaultProvider: not carried: /)
  t.match(out.stderr, /aliases\.both: not carried: /)
  t.equal((await run('export', '--strict')).exit, 1)
  const other = t.testdir({})
  mkdirSync(`${other}/home`)
  t.equal((await runCli(`${other}/home`, ['apply', '-f', '-'], { stdin: out.stdout })).exit, 0)
  const there = await runCli(`${other}/home`, ['export'])
  t.equal(there.stdout, out.stdout)
})

t.test('import', async t => {
  const { home, run, text, store } = newHome(t, mine)
  const file = 'test/fixtures/import/litellm.yaml'
  const dry = await run('import', file, '--dry-run')
  t.match(dry.stdout, 'alias/claude created (dry run)')
  t.equal(text(), mine)
  await run('alias', 'add', 'claude', 'anthropic/mine')
  const first = await run('import', file)
  t.equal(first.exit, 0, first.stderr)
  t.match(first.stdout, 'credential/anthropic created\nprovider/azure created')
  t.match(first.stdout, 'alias/claude kept')
  t.match(text(), 'claude: anthropic/mine')
  t.same(store(), { anthropic: 'sk-ant-written-in-the-file' })
  t.notMatch(first.stdout + first.stderr + text(), /sk-ant-written|sk-master/)
  t.match(first.stderr, 'litellm.yaml:8:7: warning: model_list[0].litellm_params.rpm: not carried')
  t.match((await run('import', file, '--force')).stdout, 'alias/claude replaced')
  t.match((await run('import', file)).stdout, 'alias/claude unchanged')
  const before = text()
  t.equal((await run('import', file, '--strict', '--force')).exit, 1)
  t.equal(text(), before)
  t.match((await run('import', 'test/fixtures/import/llm.json')).stdout, 'alias/fast created')
  t.match(
    (
      await run(
        'import',
        'test/fixtures/import/llama-swap.yaml',
        '--from',
        'llama-swap',
        '--base-url',
        'http://127.0.0.1:5000/v1',
      )
    ).stdout,
    'provider/llama-swap created',
  )
  t.match(text(), 'baseUrl: http://127.0.0.1:5000/v1')
  t.equal((await run('import', 'x', '--from', 'y')).exit, 2)
  t.equal((await run('import', `${home}/none`)).exit, 1)
})
