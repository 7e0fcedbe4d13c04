// Each case is a file in test/fixtures/manifest: NAME.yaml, what it becomes in an empty config, and what is not carried.
// With TAP_SNAPSHOT=1 the expectations are written.

import { readdirSync } from 'node:fs'
import t from 'tap'
import { parseConfig } from '../../../src/config/load.ts'
import { decodeManifest } from '../../../src/config/manifest/decode.ts'
import { planApply } from '../../../src/config/manifest/plan.ts'
import { readManifests } from '../../../src/config/manifest/read.ts'
import { formatPath } from '../../../src/config/validate.ts'
import { formatProblem, GatewayError } from '../../../src/errors.ts'

const folder = 'test/fixtures/manifest'
const noStdin = async () => ''
const files = (dir: string) => readdirSync(dir).filter(name => name.endsWith('.yaml'))

for (const name of files(folder))
  t.test(name, async t => {
    const { backends, notes } = await readManifests([`${folder}/${name}`], noStdin, undefined)
    const { text } = planApply('', 'gateway.yaml', backends, false)
    const config = text.replace(/^manifests:[\s\S]*/m, '')
    t.matchSnapshot(`${config}\n${notes.map(formatProblem).join('\n')}\n`, name)
    t.same(parseConfig(text, name).warnings, [])
  })

for (const name of files(`${folder}/bad`))
  t.test(`bad/${name}`, async t => {
    const error: unknown = await readManifests([`${folder}/bad/${name}`], noStdin, undefined).catch(
      e => e,
    )
    t.ok(error instanceof GatewayError)
    t.matchSnapshot((error as Error).message, name)
    t.notMatch((error as Error).message, 'sk-very')
  })

t.test('a folder is its files, and a file that is not there is named', async t => {
  const { backends } = await readManifests([folder], noStdin, 'given')
  t.equal(backends.length, 12)
  t.equal(backends.find(({ name }) => name === 'claude')?.namespace, 'given')
  t.equal(backends.find(({ name }) => name === 'openai')?.namespace, 'agentgateway-system')
  await t.rejects(readManifests(['none.yaml'], noStdin, undefined), { code: 'file_unreadable' })
})

t.test('a key of the manifest goes to the store, and so does a Secret', async t => {
  const secret = (fields: object) => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 's' },
    type: 'Opaque',
    ...fields,
  })
  for (const fields of [
    { stringData: { Authorization: 'Bearer sk-1' } },
    { data: { Authorization: Buffer.from('bearer sk-1\n').toString('base64') } },
    { data: { Authorization: Buffer.from('sk-1').toString('base64') } },
  ])
    t.match(decodeManifest(secret(fields)), {
      made: [{ kind: 'secret', name: 's', text: 'sk-1' }],
      notes: [],
    })
  const { notes } = decodeManifest(secret({ stringData: { Authorization: 'sk-1', other: 'sk-2' } }))
  t.same(
    notes.map(({ path }) => formatPath(path)),
    ['stringData.other'],
  )
  const { made } = decodeManifest({
    apiVersion: 'agentgateway.dev/v1alpha1',
    kind: 'AgentgatewayBackend',
    metadata: { name: 'b' },
    spec: { ai: { provider: { openai: {} } }, policies: { auth: { key: 'Bearer sk-3' } } },
  })
  const [backend] = made
  t.ok(backend?.kind === 'backend' && backend.keys.get('b.key') === 'sk-3')
  t.notMatch(JSON.stringify((backend as { entries: unknown }).entries), 'sk-3')
})
