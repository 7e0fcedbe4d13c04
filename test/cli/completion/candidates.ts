import t from 'tap'
import {
  type Commands,
  completionsOf,
  type Values,
} from '../../../src/cli/completion/candidates.ts'
import { commonOptions, groups, menu, optionsOf } from '../../../src/cli/program.ts'

type Loads = Readonly<Record<string, () => Promise<{ command: never }>>>
const all = Object.assign({}, ...Object.values(menu)) as Loads
const commands: Commands = {
  names: Object.keys(all),
  groups,
  load: async name => (await all[name]!()).command,
  optionsOf,
  common: commonOptions,
}

/** Says what was asked for. */
const values: Values = async (kind, { provider, config }) =>
  [kind, `${kind}-on-${provider}`, `${kind}-in-${config}`].map(value => ({ value }))

/** The values for a line, whose last word is at the cursor. */
const at = async (line: string): Promise<string> => {
  const { mode, candidates } = await completionsOf(line.split(' '), commands, values)
  return [...(mode === 'words' ? [] : [`(${mode})`]), ...candidates.map(one => one.value)].join(' ')
}

t.test('commands', async t => {
  t.equal(await at('al'), 'alias')
  t.equal(await at('alias r'), 'remove rename')
  t.equal(await at('alias add'), 'add')
  t.equal(await at('history '), 'show')
  t.equal(await at('help alias sh'), 'show')
  t.equal(await at('help alias show '), '')
  t.equal(await at('nonsense '), '')
  t.equal(await at('--config x al'), 'alias')
  const { candidates } = await completionsOf([''], commands, values)
  t.ok(candidates.length > 15)
  t.ok(
    candidates.every(({ summary }) => summary),
    'each with what it is for',
  )
})

t.test('options, each once but those that may come again', async t => {
  t.equal(await at('alias list --pr'), '--provider')
  t.equal(await at('alias list --provider x --pr'), '')
  t.equal(await at('alias list --provider=x --pr'), '')
  t.equal(await at('alias add -f a b --fo'), '--for')
  t.equal(await at('alias add --set a=b --se'), '--set')
  t.equal(await at('--v'), '--version')
  t.equal(await at('status --'), '--json --config --help')
  t.equal(await at('alias remove -- --'), '', 'after -- there are none')
})

t.test('values', async t => {
  t.equal(await at('alias remove '), 'alias alias-on-undefined alias-in-undefined')
  t.equal(await at('alias remove --provider up alias-on'), 'alias-on-up')
  t.equal(await at('alias remove alias alias'), 'alias-on-undefined alias-in-undefined')
  t.equal(await at('alias remove --config f -- alias-in'), 'alias-in-f')
  t.equal(await at('alias rename alias '), '', 'a new name is nobody but the user to know')
  t.equal(await at('alias add a b name-on'), 'name-on-undefined')
  t.equal(
    await at('alias list --provider '),
    'provider provider-on-undefined provider-in-undefined',
  )
  t.equal(await at('alias list --provider=provider-on'), '--provider=provider-on-undefined')
  t.equal(await at('undo --to generation-on'), 'generation-on-undefined')
  t.equal(await at('alias add a b --respond-as '), 'alias upstream')
  t.equal(await at('completion '), 'bash zsh fish')
  t.equal(await at('stop --drain '), '')
  t.equal(await at('apply -f '), '(files)')
  t.equal(await at('apply --file=x'), '(files)')
  t.equal(await at('--config '), '(files)')
})

t.test('what goes on after a slash takes no space', async t => {
  const slashes: Values = async () => [{ value: 'up/' }, { value: 'other' }]
  t.equal((await completionsOf(['explain', 'u'], commands, slashes)).mode, 'open')
  t.equal((await completionsOf(['explain', ''], commands, slashes)).mode, 'words')
})
