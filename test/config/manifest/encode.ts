import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import t from 'tap'
import { promptRoles } from '../../../src/alias/alias.ts'
import { parseConfig } from '../../../src/config/load.ts'
import { type Backend, decodeManifest } from '../../../src/config/manifest/decode.ts'
import { encodeConfig } from '../../../src/config/manifest/encode.ts'
import { planApply } from '../../../src/config/manifest/plan.ts'
import { parseDocuments, writeDocuments } from '../../../src/config/parse.ts'
import { promptValue } from '../../../src/config/prompt-value.ts'
import { setValue } from '../../../src/config/splice.ts'

function written(text: string) {
  const { config } = parseConfig(text, 'gateway.yaml')
  const keys = Object.keys(parseDocuments(text)[0]?.value ?? {})
  return encodeConfig(config, keys, () => 'ns')
}

/** The config that manifests make of an empty one, from their text. */
function appliedTo(text: string, yaml: string) {
  const backends = parseDocuments(yaml).flatMap(({ value }) => {
    const { made, notes } = decodeManifest(value)
    if (notes.length > 0) throw new Error(JSON.stringify(notes))
    return made as Backend[]
  })
  const plan = planApply(text, 'gateway.yaml', backends, false)
  return { ...plan, config: parseConfig(plan.text, 'gateway.yaml').config }
}

const model = fc.constantFrom('gpt-4o', 'gpt-3.5-turbo', 'org/model:7b', 'claude-sonnet-4-5', 'm')
const aliasName = fc.constantFrom(
  'fast',
  'smart',
  'cheap',
  'gpt-4',
  'x/y',
  'tiny-*',
  'größe',
  '007',
)
const field = fc.constantFrom('temperature', 'max_tokens', 'stop', 'user')
const fields = fc.dictionary(
  field,
  fc.oneof(fc.integer(), fc.string(), fc.constant([1, 'a']), fc.boolean()),
  { maxKeys: 2 },
)
const server = fc.constantFrom<{ preset?: string; api?: string; baseUrl?: string }>(
  {},
  { preset: 'openai' },
  { preset: 'openai', baseUrl: 'https://eu.api.openai.com/v1' },
  { preset: 'openai', baseUrl: 'http://localhost:1234/some/prefix' },
  { preset: 'anthropic' },
  { preset: 'anthropic', baseUrl: 'https://proxy.example.com:8443/v1' },
  { preset: 'gemini' },
  { preset: 'gemini', baseUrl: 'https://proxy.example.com/v1beta/openai' },
  { preset: 'gemini', baseUrl: 'https://proxy.example.com/gem' },
  { preset: 'azure', baseUrl: 'https://res.openai.azure.com/openai/v1' },
  { preset: 'azure', baseUrl: 'https://res.services.ai.azure.com/api/projects/p/openai/v1' },
  {
    preset: 'vertex',
    baseUrl: 'https://aiplatform.googleapis.com/v1/projects/p/locations/global/endpoints/openapi',
  },
  {
    preset: 'vertex',
    baseUrl:
      'https://us-east5-aiplatform.googleapis.com/v1/projects/p/locations/us-east5/endpoints/openapi',
  },
  { preset: 'bedrock', baseUrl: 'https://bedrock-runtime.eu-west-1.amazonaws.com/openai/v1' },
  { preset: 'ollama' },
  { preset: 'ollama', baseUrl: 'http://10.0.0.1:11434/v1' },
  { preset: 'groq' },
  { preset: 'perplexity' },
  { api: 'openai', baseUrl: 'https://llm.example.com/v1' },
  { api: 'openai', baseUrl: 'http://[::1]:9000/api/v3' },
  { api: 'openai', baseUrl: 'http://host' },
  { api: 'anthropic', baseUrl: 'https://llm.example.com:444/anthropic/v1' },
)
const credential = fc.constantFrom(undefined, 'passthrough', 'store:my-key')
const messages = fc.array(
  fc.record({
    role: fc.constantFrom(...promptRoles),
    content: fc.constantFrom('Be brief.', 'Two\n\nparagraphs', ' '),
  }),
  { maxLength: 2 },
)
const every = fc.option(
  fc.record({
    target: fc.oneof(fc.constant<string>('*'), model),
    set: fields,
    default: fields,
    prepend: messages,
    append: messages,
  }),
  { nil: undefined },
)
const provider = fc.record({
  server,
  credential,
  every,
  aliases: fc.dictionary(aliasName, model, { maxKeys: 3 }),
})
type Provider = typeof provider extends fc.Arbitrary<infer T> ? T : never

/** The provider as a config file says it. */
function providerValue(name: string, { server, credential, every, aliases }: Provider) {
  const preset = server.api ? undefined : (server.preset ?? 'openai')
  // Apply lends no vendor's key to the server of somebody else.
  const foreign = /localhost|eu\.api|proxy/.test(server.baseUrl ?? '')
  const key = credential ?? (foreign ? 'none' : undefined)
  const set = every && Object.keys(every.set).length > 0
  const byDefault = every && Object.keys(every.default).length > 0
  const prompt = every && promptValue(every)
  const asks = set || byDefault || (prompt && Object.keys(prompt).length > 0)
  const mine = {
    ...aliases,
    ...(every && (every.target !== '*' || asks)
      ? {
          '*': {
            target: every.target,
            ...(set ? { set: every.set } : {}),
            ...(byDefault ? { default: every.default } : {}),
            ...prompt,
          },
        }
      : {}),
  }
  return {
    ...(preset === undefined || preset === name ? {} : { preset }),
    ...(server.api ? { api: server.api } : {}),
    ...(server.baseUrl ? { baseUrl: server.baseUrl } : {}),
    ...(key ? { credential: key } : {}),
    ...(Object.keys(mine).length > 0 ? { aliases: mine } : {}),
  }
}

const expressible = fc
  .record({
    providers: fc.uniqueArray(fc.tuple(fc.constantFrom('openai', 'one', 'two', 'a.b'), provider), {
      selector: ([name]) => name,
      minLength: 1,
    }),
    /** A backend of several providers, and whether each of them has its own model. */
    list: fc.option(
      fc.record({
        members: fc.array(provider, { minLength: 2, maxLength: 3 }),
        models: fc.boolean(),
      }),
      { nil: undefined },
    ),
    aliases: fc.dictionary(aliasName, fc.tuple(fc.nat(), model), { maxKeys: 4 }),
  })
  .map(({ providers, list, aliases }) => {
    const members = (list?.members ?? []).map((one, i) => {
      const target = list?.models ? 'only' : '*'
      const every = { set: {}, default: {}, prepend: [], append: [], ...one.every, target }
      return [`list-p${i}`, { ...one, every }] as const
    })
    // A name of a preset stands for the preset.
    const plain = providers.map(
      ([name, one]) => [name, name === 'openai' ? { ...one, server: {} } : one] as const,
    )
    return {
      providers: Object.fromEntries(
        [...plain, ...members].map(([name, one]) => [name, providerValue(name, one)]),
      ),
      aliases: {
        ...Object.fromEntries(
          Object.entries(aliases).map(([name, [n, target]]) => {
            const at = n % (providers.length + (list ? 1 : 0))
            const single = plain[at]
            if (single) return [name, `${single[0]}/${target}`]
            const of = (member: string, own: Readonly<Record<string, string>>) =>
              `${member}/${own[name] === undefined ? target : name}`
            return [name, { targets: members.map(([member, { aliases: own }]) => of(member, own)) }]
          }),
        ),
        ...(list
          ? {
              ...(list.models
                ? { list: { targets: members.map(([name]) => `${name}/only`) } }
                : {}),
              'list/*': { targets: members.map(([name]) => `${name}/*`) },
            }
          : {}),
      },
    }
  })

t.test('what an export says, apply makes again', async () => {
  fc.assert(
    fc.property(expressible, ({ providers, aliases }) => {
      let text = setValue('', ['providers'], providers)
      if (Object.keys(aliases).length > 0) text = setValue(text, ['aliases'], aliases)
      const { config } = parseConfig(text, 'gateway.yaml')
      const { manifests, notes } = written(text)
      const dropped = notes.filter(({ path }) => path[2] !== 'credential')
      // A list whose providers all have the name as their own alias has no model to say.
      fc.pre(
        !dropped.some(({ why }) =>
          /different models|says the same|has another model|another meaning/.test(why),
        ),
      )
      if (dropped.length > 0) throw new Error(JSON.stringify(dropped))
      const again = appliedTo('', writeDocuments(manifests))
      const equal =
        isDeepStrictEqual(again.config.providers, config.providers) &&
        isDeepStrictEqual(again.config.aliases, config.aliases)
      if (!equal)
        throw new Error(
          `\n${text}\n--- made\n${writeDocuments(manifests)}\n--- gave\n${again.text}`,
        )
      return again.notes.length === 0
    }),
    { numRuns: 150 },
  )
})

t.test('what cannot be expressed is named', async t => {
  const { manifests, notes } = written(
    `
listen: 127.0.0.1:9000
defaultProvider: work
providers:
  work:
    api: openai
    baseUrl: https://llm.example.com/v1
    credential: env:WORK_KEY
    headers: { x-team: search }
    timeouts: { connect: 1s }
    models: [m]
    aliases:
      claude-*: gpt-*
      '*': { target: '*', set: { a.b: 1 }, remove: [top_p] }
  odd: { preset: openai, api: anthropic }
  demo: {}
aliases:
  fast: m
  chat: [no]
  secret: { target: work/m, hidden: true }
`.replace('  chat: [no]\n', '  chat: { targets: [work/m, openai/gpt-4o] }\n  lost: odd/x\n'),
  )
  t.same(
    notes.map(({ path }) => path.join('.')),
    [
      'listen',
      'defaultProvider',
      'providers.work.timeouts',
      'aliases.chat',
      'aliases.secret',
      'providers.work.headers',
      'providers.work.models',
      'providers.work.credential',
      'providers.work.aliases.*',
      'providers.work.aliases.*.set.a.b',
      'providers.work.aliases.claude-*',
      'providers.odd',
      'aliases.lost',
      'providers.demo',
    ],
  )
  t.match(manifests, [
    {
      metadata: { name: 'work', namespace: 'ns' },
      spec: {
        ai: { provider: { custom: {}, host: 'llm.example.com', port: 443 } },
        policies: { ai: { modelAliases: { fast: 'm' } } },
      },
    },
  ])
})

t.test('a preset that is not declared is written where an alias leads to it', async t => {
  t.match(written('aliases: { fast: gpt-4o, quick: fast }').manifests, [
    {
      metadata: { name: 'openai' },
      spec: {
        ai: { provider: { openai: {} } },
        policies: { ai: { modelAliases: { fast: 'gpt-4o', quick: 'gpt-4o' } } },
      },
    },
  ])
})
