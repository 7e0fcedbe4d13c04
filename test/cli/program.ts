import t from 'tap'
import { menu } from '../../src/cli/program.ts'
import { version } from '../../src/version.ts'
import { runCli } from '../fixtures/cli.ts'

t.cleanSnapshot = text => text.replaceAll(process.cwd(), 'CWD')

const names = Object.values(menu).flatMap(commands => Object.keys(commands))

t.test('help', async t => {
  const home = t.testdir()
  for (const words of ['', 'alias', 'config', 'credential', 'provider', ...names]) {
    const { exit, stdout, stderr } = await runCli(
      home,
      [...words.split(' '), '--help'].filter(Boolean),
    )
    t.equal(exit, 0)
    t.equal(stderr, '')
    t.matchSnapshot(stdout, `gateway ${words}`)
  }
})

t.test('gateway help NAME is gateway NAME --help', async t => {
  const home = t.testdir()
  t.same(
    await runCli(home, ['help', 'alias', 'add']),
    await runCli(home, ['alias', 'add', '--help']),
  )
})

t.test('every command has words that fit the help', async t => {
  for (const commands of Object.values(menu)) {
    for (const [name, load] of Object.entries(commands)) {
      const { command } = await load()
      for (const { summary } of [command, ...command.arguments, ...command.options])
        t.match(summary, /^(?!I )[a-zO$].*[^.]$/, `${name}: ${summary}`)
      t.ok(command.views, name)
    }
  }
})

t.test('--version prints the version and nothing else', async t => {
  t.same(await runCli(t.testdir(), ['--version']), { exit: 0, stdout: `${version}\n`, stderr: '' })
})

t.test('bad usage exits 2, prints nothing to stdout, and says what was meant', async t => {
  for (const line of [
    '',
    'alis',
    'alias',
    'alias ad',
    'alias add fast',
    'alias rename a b c',
    'alias add --provder x a b',
    'alias add a b --provider',
    'status --frce',
    'logs -n many',
    'stop --drain soon',
    'stop --now --drain 1s',
    'restart --now --drain 1s',
    'start --listen nowhere',
    'help alis',
    'history shwo',
  ]) {
    const { exit, stdout, stderr } = await runCli(t.testdir(), line.split(' ').filter(Boolean))
    t.equal(exit, 2, line)
    t.equal(stdout, '', line)
    t.matchSnapshot(stderr, `gateway ${line}`)
  }
})

t.test('--config works before and after the command, and names the file', async t => {
  const home = t.testdir()
  const file = `${home}/other.yaml`
  for (const argv of [
    ['--config', file, 'config', 'path'],
    ['config', 'path', '--config', file],
    ['config', 'path', `--config=${file}`],
    // A file that is called like a command.
    ['--config', 'alias', 'config', 'path', '--config', file],
  ])
    t.equal((await runCli(home, argv)).stdout, `${file}\n`, argv.join(' '))
})
