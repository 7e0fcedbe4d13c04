// The providers everybody knows, as one table: what a config need not say about them. A new one is a new entry.
// `claims` lists only lines of names that are unmistakably the vendor's own: they decide where a bare name goes.

import type { Fallback, Timeouts } from '../alias/alias.ts'
import type { Api, ProviderConfig } from './config.ts'

export interface Preset {
  readonly api: Api
  /** Without a trailing slash; absent where it depends on facts only the user has: `unavailable` then says what to write. */
  readonly baseUrl?: string
  readonly unavailable?: string
  /** The environment variable with the key, or `none` for a server that asks for none. */
  readonly credential: string
  /** The header that carries the bare key, where the vendor does not take `authorization: Bearer`. */
  readonly credentialHeader?: string
  /** Name patterns, most telling first. */
  readonly claims: readonly string[]
  /** The gateway plays it itself. */
  readonly builtIn?: true
}

/** A model may think for minutes before it says a word. */
/** A provider says itself how much it takes: by 429. */
export const defaultCrowd = Object.freeze({ concurrent: 0, queue: 100, wait: 30_000 })

export const defaultTimeouts: Timeouts = Object.freeze({
  connect: 10_000,
  firstByte: 600_000,
  idle: 300_000,
  total: 0,
})

/** What another target, or the same one a little later, may well answer. Any other 4xx is the client's to mend. */
export const defaultFallback: Fallback = Object.freeze({
  on: Object.freeze(['connect', 'timeout', 'broken', 'empty', 'error', '408', '409', '429', '5xx']),
  attempts: 2,
  budget: 30_000,
})

const table = {
  openai: {
    api: 'openai',
    baseUrl: 'https://api.openai.com/v1',
    credential: 'OPENAI_API_KEY',
    claims: [
      'gpt-*',
      'o1',
      'o1-*',
      'o3',
      'o3-*',
      'o4-*',
      'chatgpt-*',
      'text-embedding-*',
      'dall-e-*',
      'whisper-*',
      'tts-*',
      'omni-moderation-*',
      'text-moderation-*',
      'codex-*',
      'computer-use-*',
      'sora-*',
      'davinci-*',
      'babbage-*',
      'ft:*',
    ],
  },
  anthropic: {
    api: 'anthropic',
    baseUrl: 'https://api.anthropic.com/v1',
    credential: 'ANTHROPIC_API_KEY',
    claims: ['claude-*'],
  },
  gemini: {
    api: 'gemini',
    baseUrl: 'https://generativelanguage.googleapis.com/v1beta',
    credential: 'GEMINI_API_KEY',
    claims: ['gemini-*', 'imagen-*', 'veo-*'],
  },
  vertex: {
    api: 'openai',
    unavailable: 'write providers.vertex.project and providers.vertex.location',
    credential: 'VERTEX_ACCESS_TOKEN',
    claims: [],
  },
  bedrock: {
    api: 'openai',
    unavailable: 'write providers.bedrock.region, or: export AWS_REGION=... && gateway restart',
    credential: 'AWS_BEARER_TOKEN_BEDROCK',
    claims: [],
  },
  azure: {
    api: 'openai',
    unavailable: 'write providers.azure.baseUrl: https://RESOURCE.openai.azure.com/openai/v1',
    credential: 'AZURE_OPENAI_API_KEY',
    credentialHeader: 'api-key',
    claims: [],
  },
  ollama: {
    api: 'openai',
    baseUrl: 'http://127.0.0.1:11434/v1',
    credential: 'none',
    claims: [],
  },
  lmstudio: {
    api: 'openai',
    baseUrl: 'http://127.0.0.1:1234/v1',
    credential: 'none',
    claims: [],
  },
  llamacpp: {
    api: 'openai',
    // llama-server listens on 8080 unless told otherwise, which is ours: the gateway would call itself.
    unavailable:
      'its own port, 8080, is the gateway\'s: run "llama-server --port 8081" and write providers.llamacpp.baseUrl: http://127.0.0.1:8081/v1',
    credential: 'none',
    claims: [],
  },
  vllm: { api: 'openai', baseUrl: 'http://127.0.0.1:8000/v1', credential: 'none', claims: [] },
  groq: {
    api: 'openai',
    baseUrl: 'https://api.groq.com/openai/v1',
    credential: 'GROQ_API_KEY',
    claims: [],
  },
  mistral: {
    api: 'openai',
    baseUrl: 'https://api.mistral.ai/v1',
    credential: 'MISTRAL_API_KEY',
    claims: [
      'mistral-*',
      'codestral-*',
      'ministral-*',
      'magistral-*',
      'devstral-*',
      'pixtral-*',
      'voxtral-*',
      'open-mistral-*',
      'open-mixtral-*',
    ],
  },
  deepseek: {
    api: 'openai',
    baseUrl: 'https://api.deepseek.com/v1',
    credential: 'DEEPSEEK_API_KEY',
    claims: ['deepseek-*'],
  },
  xai: {
    api: 'openai',
    baseUrl: 'https://api.x.ai/v1',
    credential: 'XAI_API_KEY',
    claims: ['grok-*'],
  },
  openrouter: {
    api: 'openai',
    baseUrl: 'https://openrouter.ai/api/v1',
    credential: 'OPENROUTER_API_KEY',
    claims: [],
  },
  together: {
    api: 'openai',
    baseUrl: 'https://api.together.xyz/v1',
    credential: 'TOGETHER_API_KEY',
    claims: [],
  },
  fireworks: {
    api: 'openai',
    baseUrl: 'https://api.fireworks.ai/inference/v1',
    credential: 'FIREWORKS_API_KEY',
    claims: ['accounts/fireworks/*'],
  },
  cerebras: {
    api: 'openai',
    baseUrl: 'https://api.cerebras.ai/v1',
    credential: 'CEREBRAS_API_KEY',
    claims: [],
  },
  perplexity: {
    api: 'openai',
    baseUrl: 'https://api.perplexity.ai',
    credential: 'PERPLEXITY_API_KEY',
    claims: ['sonar', 'sonar-*'],
  },
  cohere: {
    api: 'openai',
    baseUrl: 'https://api.cohere.ai/compatibility/v1',
    credential: 'COHERE_API_KEY',
    claims: ['command-*', 'c4ai-aya-*', 'embed-english-*', 'embed-multilingual-*', 'embed-v4*'],
  },
  huggingface: {
    api: 'openai',
    baseUrl: 'https://router.huggingface.co/v1',
    credential: 'HF_TOKEN',
    claims: [],
  },
  github: {
    api: 'openai',
    baseUrl: 'https://models.github.ai/inference',
    credential: 'GITHUB_TOKEN',
    claims: [],
  },
  moonshot: {
    api: 'openai',
    baseUrl: 'https://api.moonshot.ai/v1',
    credential: 'MOONSHOT_API_KEY',
    claims: ['kimi-*', 'moonshot-*'],
  },
  zai: {
    api: 'openai',
    baseUrl: 'https://api.z.ai/api/paas/v4',
    credential: 'ZAI_API_KEY',
    claims: ['glm-*'],
  },
  demo: { api: 'openai', credential: 'none', claims: [], builtIn: true },
} as const satisfies Record<string, Preset>

export const presets: ReadonlyMap<string, Preset> = new Map<string, Preset>(Object.entries(table))

const azureHosts = /\.(openai|services\.ai|cognitiveservices)\.azure\.com$/

/** The preset whose public server has this URL, for providers that are described without naming it. */
export function presetAt({ host, hostname, protocol }: URL): string | undefined {
  if (protocol !== 'https:') return undefined
  if (azureHosts.test(hostname)) return 'azure'
  for (const [name, { baseUrl }] of presets) {
    if (baseUrl !== undefined && new URL(baseUrl).host === host) return name
  }
  return undefined
}

/** The reference a preset's key is found by: `env:NAME`, or `none`. */
export function presetCredential(preset: Preset): string {
  return preset.credential === 'none' ? 'none' : `env:${preset.credential}`
}

/**
 * The same for one that is declared without a credential: Bedrock's is all that AWS's tools know, and so is that of Vertex
 * AI, unless its URL is written out, as it was when an access token was all that it took.
 */
export function declaredCredential(
  name: string | undefined,
  urlGiven: boolean,
): string | undefined {
  if (name === 'bedrock') return 'aws:'
  return name === 'vertex' && !urlGiven ? 'google:' : undefined
}

/** The provider that a preset is without being declared; undefined where no preset has the name. */
export function presetProvider(name: string): ProviderConfig | undefined {
  const preset = presets.get(name)
  return (
    preset && {
      name,
      preset: name,
      api: preset.api,
      baseUrl: preset.baseUrl,
      unavailable: preset.unavailable,
      region: undefined,
      credential: presetCredential(preset),
      credentialDeclared: false,
      credentialHeader: preset.credentialHeader,
      builtIn: preset.builtIn ?? false,
      headers: {},
      timeouts: defaultTimeouts,
      models: [],
      quirks: {},
      claims: preset.claims,
      limits: defaultCrowd,
      aliases: new Map(),
    }
  )
}
