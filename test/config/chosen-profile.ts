import { join } from 'node:path'
import t from 'tap'
import { keepProfile } from '../../src/cli/state.ts'
import { chosenProfile } from '../../src/config/chosen-profile.ts'
import { findPaths } from '../../src/paths.ts'

t.test('what the command line keeps is read again, for each config by itself', async t => {
  const home = join(t.testdir(), 'new')
  const paths = findPaths({ GATEWAY_HOME: home })
  const other = findPaths({ GATEWAY_HOME: home }, join(home, 'other.config.yaml'))
  const read = () =>
    Promise.all([paths, other].map(({ profiles, config }) => chosenProfile(profiles, config)))
  t.same(await read(), [undefined, undefined])
  await keepProfile(paths, 'a.b')
  await keepProfile(other, 'c')
  t.same(await read(), ['a.b', 'c'])
  await keepProfile(paths, undefined)
  t.same(await read(), [undefined, 'c'])
})

t.test(
  'what makes no sense is an error that names the file, and is replaced by a choice',
  async t => {
    const dir = t.testdir({ 'profiles.json': '{"profiles": ' })
    const paths = findPaths({ GATEWAY_HOME: dir })
    await t.rejects(chosenProfile(paths.profiles, paths.config), {
      code: 'file_unreadable',
      facts: { file: paths.profiles },
    })
    await keepProfile(paths, 'x')
    t.equal(await chosenProfile(paths.profiles, paths.config), 'x')
  },
)
