import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { homedir, platform } from 'node:os'
import { join, relative } from 'node:path'
import { format, inspect } from 'node:util'
import t, { type Test } from 'tap'
import type { ProviderConfig } from '../../src/config/config.ts'
import { Credential, parseReference } from '../../src/config/credential.ts'
import { presetProvider } from '../../src/config/presets.ts'
import { resolveCredential } from '../../src/config/resolve-credential.ts'

const secret = 'not-a-real-key-0123456789'

const provider = (credential: string, name = 'openai'): ProviderConfig => ({
  ...presetProvider('openai')!,
  name,
  credential,
  credentialDeclared: true,
})

/** A home with a store and a config of its own. */
function home(t: Test, store?: string) {
  const dir = t.testdir({
    'gateway.yaml': '',
    'key.txt': `${secret}\r\n`,
    ...(store !== undefined && { 'credentials.json': store }),
  })
  const credentialsFile = join(dir, 'credentials.json')
  if (store !== undefined) chmodSync(credentialsFile, 0o600)
  chmodSync(join(dir, 'gateway.yaml'), 0o600)
  return {
    dir,
    credentialsFile,
    configFile: join(dir, 'gateway.yaml'),
    env: { PATH: process.env['PATH'], MY_KEY: ` ${secret}\n`, EMPTY: '' },
  }
}
const store = JSON.stringify({ credentials: { openai: secret, other: 'x' } })

t.test('references', async t => {
  t.same(parseReference('env:NAME'), { kind: 'env', rest: 'NAME' })
  t.same(parseReference('command:op read "op://x"'), { kind: 'command', rest: 'op read "op://x"' })
  t.same(parseReference('passthrough'), { kind: 'passthrough', rest: '' })
  for (const text of ['sk-abc', 'env:', 'ENV:X', 'none:', '', 'constructor:x'])
    t.equal(parseReference(text), undefined, text)
})

t.test('a credential has no printable form', async t => {
  const credential = await resolveCredential(provider('env:MY_KEY'), home(t))
  t.equal(credential.reveal(), secret)
  const forms = [
    String(credential),
    `${credential}`,
    JSON.stringify({ credential }),
    inspect(credential, { showHidden: true, depth: 9 }),
    inspect({ deep: { credential } }, { showHidden: true, depth: 9 }),
    format('%s %o %O %j', credential, credential, credential, credential),
    JSON.stringify(Object.entries(credential)),
    JSON.stringify(structuredClone({ ...credential })),
  ]
  for (const form of forms) t.notMatch(form, secret)
  t.equal(forms[0], '[credential openai]')
  t.match(forms[3], '[credential openai]')
})

t.test('every kind gives its text', async t => {
  const sources = home(t, store)
  const text = async (reference: string) =>
    (await resolveCredential(provider(reference), sources)).reveal()
  t.equal(await text('env:MY_KEY'), secret)
  t.equal(await text('file:key.txt'), secret, 'relative to the config')
  t.equal(await text(`file:${join(sources.dir, 'key.txt')}`), secret)
  t.equal(await text(`file:~/${relative(homedir(), join(sources.dir, 'key.txt'))}`), secret)
  t.equal(await text('store:openai'), secret)
  t.equal(await text(`command:printf '%s\\n' "$MY_KEY"`), secret)
  t.equal((await resolveCredential(provider('none'), sources)).kind, 'none')
  t.equal((await resolveCredential(provider('passthrough'), sources)).kind, 'passthrough')
})

t.test('a preset falls back to the store, a stated reference does not', async t => {
  const sources = home(t, store)
  const preset = { ...provider('env:UNSET'), credentialDeclared: false }
  t.equal((await resolveCredential(preset, sources)).reveal(), secret)
  t.equal((await resolveCredential(provider('env:UNSET'), sources)).kind, 'missing')
  const local = { ...provider('none', 'other'), credentialDeclared: false }
  t.equal((await resolveCredential(local, sources)).reveal(), 'x', 'a local server with a key')
  t.equal((await resolveCredential({ ...local, name: 'third' }, sources)).kind, 'none')
  const both = { ...provider('env:MY_KEY', 'other'), credentialDeclared: false }
  t.equal((await resolveCredential(both, sources)).reveal(), secret, 'the environment comes first')
})

t.test('what is missing says why, and what mends it', async t => {
  const sources = { ...home(t, store), timeoutMs: 300 }
  const missing = async (reference: string, over: Partial<typeof sources> = {}) => {
    const credential = await resolveCredential(provider(reference), { ...sources, ...over })
    t.equal(credential.reveal(), undefined, reference)
    return credential.missing
  }
  t.same(await missing('env:UNSET'), {
    kind: 'missing',
    reason: 'UNSET is not set',
    hint: 'export UNSET=... && gateway restart',
  })
  t.match(await missing('env:EMPTY'), { reason: 'EMPTY is empty' })
  const preset = { ...provider('env:UNSET', 'new'), credentialDeclared: false }
  t.match((await resolveCredential(preset, sources)).missing, {
    hint: 'export UNSET=... && gateway restart, or: gateway credential set new',
  })
  t.match(await missing('file:nowhere'), { reason: /cannot read .*nowhere: ENOENT/ })
  t.match(await missing('store:nobody'), {
    reason: 'the store has no "nobody"',
    hint: 'gateway credential set nobody',
  })
  t.match(await missing('store:constructor'), { reason: /has no "constructor"/ })
  t.match(await missing('store:x', { credentialsFile: join(sources.dir, 'none') }), {
    reason: 'the store has no "x"',
  })
  t.match(await missing('command:exit 3'), { reason: /failed with exit code 3/ })
  t.match(await missing('command:true'), { reason: /printed nothing/ })
  t.match(await missing('command:sleep 5'), { reason: /did not finish within 0.3 s/ })
  const said = await missing(`command:echo ${secret}; echo ${secret} >&2; exit 1`)
  t.notMatch(JSON.stringify(said), secret, 'what a failing command prints is not shown')
  t.match(await missing('sk-abc'), { reason: /not one that is known/ })
})

t.test('a key that would split a header is refused, without showing it', async t => {
  const sources = home(t)
  writeFileSync(join(sources.dir, 'key.txt'), `${secret}\r\nx-evil: 1\n`)
  for (const env of [`${secret}\nx: 1`, `${secret}\u0000`, `${secret}é`]) {
    const { missing } = await resolveCredential(provider('env:K'), { ...sources, env: { K: env } })
    t.match(missing?.reason, /line break or a character/)
    t.notMatch(JSON.stringify(missing), secret)
  }
  const { missing } = await resolveCredential(provider('file:key.txt'), sources)
  t.match(missing?.reason, /line break/)
})

t.test(
  'the store must be for the user alone, and whole',
  { skip: platform() === 'win32' },
  async t => {
    const sources = home(t, store)
    chmodSync(sources.credentialsFile, 0o640)
    t.match((await resolveCredential(provider('store:openai'), sources)).missing, {
      reason: /others may read/,
      hint: `chmod 600 ${sources.credentialsFile}`,
    })
    chmodSync(sources.credentialsFile, 0o600)
    writeFileSync(sources.credentialsFile, `{"credentials": {"openai": "${secret}" oops`)
    const { missing } = await resolveCredential(provider('store:openai'), sources)
    t.match(missing?.reason, /not valid JSON/)
    t.notMatch(JSON.stringify(missing), secret)
    for (const odd of ['null', '[]', '{"credentials": null}', '{"credentials": {"openai": 5}}']) {
      writeFileSync(sources.credentialsFile, odd)
      t.match(
        (await resolveCredential(provider('store:openai'), sources)).missing?.reason,
        /has no/,
      )
    }
  },
)

t.test(
  'a command runs only from a config nobody else may write',
  { skip: platform() === 'win32' },
  async t => {
    const sources = home(t)
    const touched = join(sources.dir, 'touched')
    chmodSync(sources.configFile, 0o620)
    const { missing } = await resolveCredential(
      provider(`command:touch ${touched}; echo x`),
      sources,
    )
    t.match(missing, { reason: /others may write/, hint: `chmod go-w ${sources.configFile}` })
    t.throws(() => chmodSync(touched, 0o600), { code: 'ENOENT' }, 'it did not run')
  },
)

t.test(
  'the keychain, asked by the program the system has',
  { skip: platform() === 'win32' },
  async t => {
    const sources = home(t)
    const bin = join(sources.dir, 'bin')
    mkdirSync(bin)
    const env = { PATH: bin }
    t.match((await resolveCredential(provider('keychain:mine'), { ...sources, env })).missing, {
      reason: /is not installed/,
    })
    const tool = join(bin, platform() === 'darwin' ? 'security' : 'secret-tool')
    const wanted =
      platform() === 'darwin'
        ? 'find-generic-password -s gateway -a mine -w'
        : 'lookup service gateway account mine'
    writeFileSync(tool, `#!/bin/sh\n[ "$*" = "${wanted}" ] && echo ${secret} || exit 1\n`)
    chmodSync(tool, 0o700)
    t.equal(
      (await resolveCredential(provider('keychain:mine'), { ...sources, env })).reveal(),
      secret,
    )
    t.match((await resolveCredential(provider('keychain:other'), { ...sources, env })).missing, {
      reason: 'the keychain has no "other"',
    })
  },
)

t.test('a credential can be made by hand, for a test', async t => {
  t.equal(new Credential('x', { kind: 'present', text: 'y' }).reveal(), 'y')
})
