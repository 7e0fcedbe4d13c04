// Who may import whom, and the one door of each package: the table of ARCHITECTURE.md, made true.

import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import t from 'tap'

/** For each folder of src, the folders it may import from, beside itself and the files at the root of src. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  '': [],
  wire: [],
  alias: ['wire'],
  config: ['alias', 'wire'],
  translate: ['wire'],
  providers: ['config', 'translate', 'wire'],
  demo: ['translate', 'wire'],
  proxy: ['alias', 'providers', 'translate', 'wire'],
  server: ['alias', 'config', 'providers', 'proxy', 'translate', 'wire'],
  control: ['alias'],
  daemon: ['alias', 'config', 'control', 'demo', 'providers', 'proxy', 'server', 'wire'],
  cli: ['alias', 'config', 'control', 'wire'],
}

/** The files that may import a package; a folder with a slash at its end stands for every file in it. */
const doors: Readonly<Record<string, readonly string[]>> = {
  '@pydantic/genai-prices': ['server/facts.ts'],
  chokidar: ['config/watch.ts'],
  commander: ['cli/program.ts'],
  conf: ['cli/state.ts'],
  'http-proxy': ['proxy/passthrough.ts'],
  'js-yaml': ['config/parse.ts'],
  'prom-client': ['daemon/prometheus.ts'],
  undici: ['proxy/pool.ts'],
}

/** What of `control/` each program may use: the command line must not reach what serves requests. */
const onlyIn: Readonly<Record<string, readonly string[]>> = {
  'control/handlers.ts': ['daemon'],
}

const src = join(import.meta.dirname, '../src')
const files = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .filter(file => file.endsWith('.ts'))
  .map(file => file.replaceAll('\\', '/'))

const folderOf = (file: string): string => (file.includes('/') ? file.split('/')[0]! : '')

/** Every module that a file names in an import, an export or a dynamic import; without those that are only for types. */
const runtimeImportsOf = (file: string): string[] =>
  importsOf(file, text => text.replace(/import type [^'"]*['"][^'"]*['"]/g, ''))

function importsOf(file: string, prepare = (text: string) => text): string[] {
  const text = prepare(readFileSync(join(src, file), 'utf8'))
  const found = text.matchAll(
    /(?:^|\n)\s*(?:import|export)\b[^'"\n;]*?(?:\n[^'"\n;]*?)*?from\s+['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)|(?:^|\n)import\s+['"]([^'"]+)['"]/g,
  )
  return [...found].map(match => (match[1] ?? match[2] ?? match[3])!)
}

t.test('folders import only from below', async t => {
  for (const file of files) {
    const folder = folderOf(file)
    t.ok(mayImport[folder], `${folder} stands in the table`)
    for (const name of importsOf(file)) {
      if (!name.startsWith('.')) continue
      const target = normalize(join(dirname(file), name)).replaceAll('\\', '/')
      const into = folderOf(target)
      if (into === folder || into === '' || target.startsWith('..')) continue
      if (!mayImport[folder]?.includes(into)) t.fail(`${file} imports ${target}`)
      const only = onlyIn[target]
      if (only && !only.includes(folder)) t.fail(`${file} imports ${target}`)
    }
  }
})

t.test('a package has one door', async t => {
  const { dependencies } = JSON.parse(readFileSync(join(src, '../package.json'), 'utf8'))
  const used = new Set<string>()
  for (const file of files) {
    for (const name of runtimeImportsOf(file)) {
      if (name.startsWith('.') || name.startsWith('node:')) continue
      const packageName = name.split('/', name.startsWith('@') ? 2 : 1).join('/')
      used.add(packageName)
      if (!doors[packageName]?.includes(file)) t.fail(`${file} imports ${packageName}`)
    }
  }
  t.same(
    [...used].sort(),
    Object.keys(dependencies).sort(),
    'every dependency is used, and no other package',
  )
})

t.test('the pure folders do no I/O and read no clock', async t => {
  const impure =
    /from 'node:(?!util|buffer|path|crypto|zlib)|\bDate\.now\(|new Date\(\)|performance\.now|Math\.random|setTimeout|process\./
  for (const file of files.filter(file => /^(alias|wire|translate)\//.test(file))) {
    const text = readFileSync(join(src, file), 'utf8')
    t.notMatch(text, impure, file)
  }
})

t.test('the command line names nothing that can serve a request', async t => {
  const seen = new Set<string>()
  const visit = (file: string): void => {
    if (seen.has(file)) return
    seen.add(file)
    for (const name of importsOf(file)) {
      if (name.startsWith('.')) visit(normalize(join(dirname(file), name)).replaceAll('\\', '/'))
    }
  }
  visit('cli/main.ts')
  for (const file of seen) t.notMatch(file, /^(server|proxy|providers|daemon|demo)\//, file)
})

t.test('no generator function is made for each request', async t => {
  // V8 makes a hidden class for each, which is old from birth and holds on to all of the request: see `Steps`.
  for (const file of files.filter(file => folderOf(file) !== 'cli')) {
    const lines = readFileSync(join(src, file), 'utf8').split('\n')
    t.same(
      lines.filter(
        line => /function\s*\*/.test(line) && !/^(export )?(async )?function\*/.test(line),
      ),
      [],
      file,
    )
  }
})
