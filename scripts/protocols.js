// Writes the tables of docs/protocols.md: which client gets to which provider, and how. They are asked of the code that
// decides for requests; here stand only the names of rows and columns.

import { readFileSync, writeFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'

const page = new URL('../docs/protocols.md', import.meta.url)

/** Where models are: a preset, and one of its models that shows how those are asked. */
export const hosts = [
  { name: 'OpenAI', preset: 'openai', model: 'gpt-5' },
  { name: "any server of OpenAI's API", preset: undefined, model: 'some-model' },
  { name: 'Anthropic', preset: 'anthropic', model: 'claude-sonnet-4-5' },
  { name: 'Gemini', preset: 'gemini', model: 'gemini-2.5-pro' },
  { name: 'Vertex AI: Gemini', preset: 'vertex', model: 'gemini-2.5-pro' },
  { name: 'Vertex AI: Claude', preset: 'vertex', model: 'claude-sonnet-4-5' },
  { name: 'Vertex AI: others', preset: 'vertex', model: 'meta/llama-4-maverick' },
  { name: 'Bedrock: OpenAI', preset: 'bedrock', model: 'openai.gpt-oss-20b-1:0' },
  { name: 'Bedrock: Claude', preset: 'bedrock', model: 'anthropic.claude-opus-4-8' },
  { name: 'Bedrock: others', preset: 'bedrock', model: 'amazon.nova-pro-v1:0' },
  { name: 'Azure', preset: 'azure', model: 'gpt-5' },
  { name: 'Ollama', preset: 'ollama', model: 'qwen3' },
]

/** The same, of models that embed. */
export const embedders = [
  { name: 'OpenAI', preset: 'openai', model: 'text-embedding-3-small' },
  { name: "any server of OpenAI's API", preset: undefined, model: 'some-model' },
  { name: 'Anthropic', preset: 'anthropic', model: 'claude-sonnet-4-5' },
  { name: 'Gemini', preset: 'gemini', model: 'gemini-embedding-001' },
  { name: 'Vertex AI: `gemini-embedding-001`', preset: 'vertex', model: 'gemini-embedding-001' },
  { name: 'Vertex AI: `text-embedding-...`', preset: 'vertex', model: 'text-embedding-005' },
  { name: 'Vertex AI: `gemini-embedding-2`', preset: 'vertex', model: 'gemini-embedding-2' },
  { name: 'Vertex AI: others', preset: 'vertex', model: 'intfloat/multilingual-e5-large' },
  { name: 'Bedrock: Titan', preset: 'bedrock', model: 'amazon.titan-embed-text-v2:0' },
  { name: 'Bedrock: Cohere', preset: 'bedrock', model: 'cohere.embed-v4:0' },
  {
    name: 'Bedrock: Nova',
    preset: 'bedrock',
    model: 'amazon.nova-2-multimodal-embeddings-v1:0',
  },
  { name: 'Bedrock: others', preset: 'bedrock', model: 'amazon.nova-pro-v1:0' },
  { name: 'Azure', preset: 'azure', model: 'text-embedding-3-small' },
  { name: 'Ollama', preset: 'ollama', model: 'nomic-embed-text' },
]

/** What clients ask, by the paths at which they do. A column stands for all of its paths, which are answered alike. */
export const tables = {
  embeddings: [
    ['Embeddings', '/v1/embeddings'],
    ['`:embedContent`', '/v1beta/models/{model}:embedContent'],
    ['`:batchEmbedContents`', '/v1beta/models/{model}:batchEmbedContents'],
    ['Ollama', '/api/embed', '/api/embeddings'],
  ],
  conversations: [
    ['Chat Completions', '/v1/chat/completions'],
    ['Responses', '/v1/responses'],
    ['Messages', '/v1/messages'],
    [
      'Gemini',
      '/v1beta/models/{model}:generateContent',
      '/v1beta/models/{model}:streamGenerateContent',
    ],
    ['Ollama', '/api/chat', '/api/generate'],
  ],
  counts: [
    ['`count_tokens`', '/v1/messages/count_tokens'],
    ['`:countTokens`', '/v1beta/models/{model}:countTokens'],
    ['`input_tokens`', '/v1/responses/input_tokens'],
  ],
}

const protocols = {
  chat: 'Chat Completions',
  responses: 'Responses',
  messages: 'Messages',
  gemini: 'Gemini',
  converse: 'Converse',
  embeddings: 'Embeddings',
}

const methods = {
  ':batchEmbedContents': '`:batchEmbedContents`',
  ':embedContent': '`:embedContent`',
  ':predict': '`:predict`',
  '/invoke': 'InvokeModel',
}

/** The provider that a preset is, or a server of OpenAI's API that nobody has described. */
export const providerOf = ({ openProvider, presetProvider }, preset) => {
  const config = { ...presetProvider(preset ?? 'openai'), preset }
  return openProvider(preset ? config : { ...config, baseUrl: 'https://server.example/v1' }, {})
}

/** How a request to a path gets to a model: of one that asks for all there is, and of one that asks for nothing. */
export function pairs(program, path, preset, model) {
  const { questionTo, pairOf, factsFor } = program
  const provider = providerOf(program, preset)
  return [false, true].map(all =>
    pairOf(questionTo(path), provider, model, factsFor(model), { tools: all, reasoning: all }),
  )
}

function cell([plain, demanding]) {
  const words = ({ how, to }) =>
    ({
      passed: 'passed',
      framed: 'passed ²',
      translated: `→ ${methods[to?.path] ?? protocols[to?.protocol]}`,
      estimated: 'estimated',
      none: 'not offered',
    })[how]
  const [one, other] = [words(plain), words(demanding)]
  return one === other ? one : `${one}, or ${other} ¹`
}

function table(program, columns, rows) {
  const lines = [
    ['', ...columns.map(([title]) => title)],
    ['---', ...columns.map(() => '---')],
    ...rows.map(({ name, preset, model }) => [
      name,
      ...columns.map(([title, ...paths]) => {
        const cells = new Set(paths.map(path => cell(pairs(program, path, preset, model))))
        if (cells.size !== 1) throw new Error(`${title} at ${name}: ${[...cells].join('; ')}`)
        return [...cells][0]
      }),
    ]),
  ]
  return lines.map(cells => `| ${cells.join(' | ')} |`).join('\n')
}

/** What each preset is asked in, as it is. */
function presetTable(program) {
  const columns = tables.conversations.filter(([title]) => title !== 'Ollama')
  const rows = [...program.presets.keys()]
    .filter(preset => preset !== 'vertex' && preset !== 'bedrock')
    .map(preset => [
      `\`${preset}\``,
      columns
        .filter(([, path]) => pairs(program, path, preset, 'some-model')[0].how === 'passed')
        .map(([title]) => title)
        .join(', '),
    ])
  return [
    '| preset | speaks |',
    '| --- | --- |',
    ...rows.map(cells => `| ${cells.join(' | ')} |`),
  ].join('\n')
}

/** The text of the page. `program` has what decides, of the modules of src, built or not. */
export function renderProtocols(program) {
  const written = {
    conversations: table(program, tables.conversations, hosts),
    counts: table(program, tables.counts, hosts),
    embeddings: table(program, tables.embeddings, embedders),
    presets: presetTable(program),
  }
  return readFileSync(page, 'utf8').replace(
    /(<!-- table: (\w+) -->\n)[\s\S]*?(<!-- end -->)/g,
    (_, begin, name, end) => `${begin}\n${written[name]}\n\n${end}`,
  )
}

/** The modules that the tables are asked of, below a folder. */
export const modules = ['config/presets', 'providers/provider', 'server/pair', 'translate/facts']

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const loaded = await Promise.all(modules.map(name => import(`../dist/${name}.js`)))
  writeFileSync(page, renderProtocols(Object.assign({}, ...loaded)))
}
