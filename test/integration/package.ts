// What `npm pack` puts into the package.

import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import t from 'tap'

t.test('only what a user needs', async t => {
  const { NODE_OPTIONS: _, ...env } = process.env
  const { stdout } = await promisify(execFile)(
    'npm',
    ['pack', '--dry-run', '--json', '--ignore-scripts'],
    {
      cwd: fileURLToPath(new URL('../..', import.meta.url)),
      env,
      shell: process.platform === 'win32',
    },
  )
  // A list, or since npm 11 an object by name.
  const [packed] = Object.values<{ files: { path: string }[]; size: number }>(JSON.parse(stdout))
  const paths = packed!.files.map(({ path }) => path)
  t.same(paths.filter(path => !/^dist\/.+\.js$|^config\/examples\/.+\.yaml$/.test(path)).sort(), [
    'CHANGELOG.md',
    'LICENSE',
    'README.md',
    'bin/gateway.js',
    'completions/gateway.bash',
    'completions/gateway.fish',
    'completions/gateway.zsh',
    'config/default.yaml',
    'config/gateway.schema.json',
    'man/gateway.1',
    'man/gateway.yaml.5',
    'package.json',
  ])
  for (const path of ['dist/cli/main.js', 'dist/daemon/main.js']) t.ok(paths.includes(path), path)
  t.ok(packed!.size < 1_000_000, `${packed!.size} bytes`)
})
