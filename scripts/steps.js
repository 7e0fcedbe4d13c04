// What the scripts share: finding out whether something must be done, and doing it.

import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('..', import.meta.url))
const inRoot = (...parts) => join(root, ...parts)

export const sources = inRoot('src')

/** Ends the script where Node is older than `engines` in package.json asks for. */
export function needNode() {
  const [major, minor] = process.versions.node.split('.').map(Number)
  if (major > 20 || (major === 20 && minor >= 19)) return
  console.error(`gateway: error: Node 20.19 or newer is needed, this is ${process.version}`)
  process.exit(1)
}

/** Runs a program of node in the root of the project; true where it succeeds. */
export function run(args, options = {}) {
  return spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit', ...options }).status === 0
}

export const tool = {
  tsc: inRoot('node_modules', 'typescript', 'bin', 'tsc'),
  biome: inRoot('node_modules', '@biomejs', 'biome', 'bin', 'biome'),
  tap: inRoot('node_modules', 'tap', 'dist', 'esm', 'run.mjs'),
}

/** Installs what the lock file names, unless exactly that is installed; true where it is in the end. */
export function install() {
  if (isInstalled()) return true
  console.error('gateway: installing packages')
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund']
  const npm = process.env['npm_execpath']
  // "npm install -g ." hands its own options down to what it runs: what is installed here belongs to the clone.
  const {
    npm_config_global: _global,
    npm_config_location: _location,
    npm_config_prefix: _prefix,
    ...env
  } = process.env
  if (npm) return run([npm, ...args], { env })
  // Without npm around us it is found by its name, which on Windows is that of a batch file.
  return (
    spawnSync('npm', args, {
      cwd: root,
      stdio: 'inherit',
      env,
      shell: process.platform === 'win32',
    }).status === 0
  )
}

/** npm keeps a copy of the lock file of what it installed; packages for other platforms are not in it. */
function isInstalled() {
  const read = file => JSON.parse(readFileSync(inRoot(file), 'utf8')).packages
  let installed
  try {
    installed = read('node_modules/.package-lock.json')
  } catch {
    return false
  }
  return Object.entries(read('package-lock.json')).every(
    ([path, { version, optional, peer }]) =>
      path === '' ||
      installed[path]?.version === version ||
      (installed[path] === undefined && (optional || peer)),
  )
}

/** Builds dist/, and takes away what is left of deleted sources: it would be packed. True where it succeeds. */
export function build() {
  if (!run([tool.tsc, '-p', 'tsconfig.build.json'])) return false
  for (const name of readdirSync(inRoot('dist'), { recursive: true })) {
    if (name.endsWith('.js') && !existsSync(join(sources, name.replace(/\.js$/, '.ts'))))
      rmSync(inRoot('dist', name))
  }
  return true
}

/** True where dist/ has a file for every source, none older than it. */
export function isBuilt() {
  return readdirSync(sources, { recursive: true })
    .filter(name => name.endsWith('.ts'))
    .every(name => {
      const made = inRoot('dist', name.replace(/\.ts$/, '.js'))
      return existsSync(made) && statSync(made).mtimeMs >= statSync(join(sources, name)).mtimeMs
    })
}
