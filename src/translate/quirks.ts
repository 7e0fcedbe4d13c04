// How servers that speak OpenAI's protocol differ, as data, by preset; the config's `quirks:` overrides single ones for a
// provider. PROTOCOLS 3.13 names the sources.

export interface Quirks {
  /** It takes what only OpenAI has: custom tools, file ids, `refusal`, `verbosity`, `service_tier`, `prompt_cache_key`. */
  readonly openaiFields: boolean
  /** The field for the most tokens of an answer. */
  readonly maxTokensField: 'max_tokens' | 'max_completion_tokens'
  /** System messages must come first: later ones are gathered there. */
  readonly systemFirst: boolean
  readonly streamOptions: boolean
  readonly tools: boolean
  readonly parallelToolCalls: boolean
  readonly toolChoice: boolean
  /** Form of the ids of tool calls: any up to a length, or exactly nine letters and digits. */
  readonly toolIds: 'any' | 'nine'
  /** Refuses fields of messages that it does not know, such as the reasoning of other vendors' models. */
  readonly strictMessages: boolean
  /** The result of a tool also says the tool's name. */
  readonly resultNames: boolean
  /** A call of a tool carries Google's signature in `extra_content`. */
  readonly signedCalls: boolean
  /** An assistant message may have `content: null`. */
  readonly nullContent: boolean
  /** Images may be given by URL. */
  readonly imageUrls: boolean
  /** `file` parts are understood. */
  readonly fileParts: boolean
  /** `cache_control` on the parts of messages is understood. */
  readonly cacheMarks: boolean
  readonly topK: boolean
  readonly seed: 'seed' | 'random_seed' | 'none'
  readonly penalties: boolean
  /**
   * How much to think is told by: `reasoning_effort`, OpenRouter's `reasoning`, DeepSeek's `thinking`, or
   * `chat_template_kwargs.enable_thinking`.
   */
  readonly reasoningIn: 'effort' | 'openrouter' | 'deepseek' | 'kwargs' | 'none'
  /** Reasoning of earlier turns goes back: in `reasoning_content`, in `reasoning_details`, or not. */
  readonly replayReasoning: 'content' | 'details' | 'none'
  /** The most sequences to stop at. */
  readonly maxStop: number
  /** The field for the end user, which is at most 64 letters long. */
  readonly user: 'safety_identifier' | 'user' | 'none'
  /** Takes a JSON Schema for its answer. */
  readonly schemas: boolean
  /** The server speaks Anthropic's Messages itself, below this path of its origin, e.g. `/v1`, `/anthropic/v1`; null where not. */
  readonly messagesAt: string | null
  /** The server speaks Responses itself. */
  readonly responses: boolean
  /** Reasoning may come within the text, at its beginning, between `<think>` and `</think>`, or `<reasoning>` and its end. */
  readonly thinkTags: boolean
}

/** A server that nobody has described: what most take. */
const common: Quirks = {
  openaiFields: false,
  maxTokensField: 'max_tokens',
  systemFirst: false,
  streamOptions: true,
  tools: true,
  parallelToolCalls: true,
  toolChoice: true,
  toolIds: 'any',
  strictMessages: false,
  resultNames: false,
  signedCalls: false,
  nullContent: true,
  imageUrls: true,
  fileParts: false,
  cacheMarks: false,
  topK: false,
  seed: 'seed',
  penalties: true,
  reasoningIn: 'effort',
  replayReasoning: 'none',
  maxStop: 4,
  user: 'user',
  schemas: true,
  messagesAt: null,
  responses: false,
  thinkTags: true,
}

const openai: Partial<Quirks> = {
  openaiFields: true,
  strictMessages: true,
  maxTokensField: 'max_completion_tokens',
  fileParts: true,
  user: 'safety_identifier',
  responses: true,
  thinkTags: false,
}

/** Servers on one's own machine: they load a file, and its template may know no more than a system message and turns. */
const local: Partial<Quirks> = {
  nullContent: false,
  imageUrls: false,
  topK: true,
  maxStop: 16,
  user: 'none',
  messagesAt: '/v1',
  responses: true,
}

const byPreset: Readonly<Record<string, Partial<Quirks>>> = {
  openai,
  azure: { ...openai, user: 'user' },
  github: { ...openai, user: 'none', responses: false },
  // The vendors' own imitations of OpenAI's API.
  anthropic: { fileParts: true, penalties: false, seed: 'none', thinkTags: false, user: 'none' },
  gemini: {
    signedCalls: true,
    parallelToolCalls: false,
    penalties: false,
    seed: 'none',
    thinkTags: false,
    user: 'none',
  },
  vertex: { signedCalls: true, parallelToolCalls: false, thinkTags: false, user: 'none' },
  // Its server of OpenAI's API has Anthropic's as well, https://docs.aws.amazon.com/bedrock/latest/userguide/bedrock-mantle.html
  bedrock: { user: 'none', responses: true, messagesAt: '/anthropic/v1' },
  groq: {
    strictMessages: true,
    maxTokensField: 'max_completion_tokens',
    penalties: false,
    responses: true,
  },
  mistral: {
    strictMessages: true,
    streamOptions: false,
    toolIds: 'nine',
    resultNames: true,
    seed: 'random_seed',
    reasoningIn: 'none',
    user: 'none',
    thinkTags: false,
  },
  deepseek: {
    imageUrls: false,
    parallelToolCalls: false,
    penalties: false,
    seed: 'none',
    reasoningIn: 'deepseek',
    replayReasoning: 'content',
    maxStop: 16,
    user: 'none',
    schemas: false,
    messagesAt: '/anthropic/v1',
    thinkTags: false,
  },
  moonshot: {
    imageUrls: false,
    parallelToolCalls: false,
    seed: 'none',
    reasoningIn: 'deepseek',
    replayReasoning: 'content',
    user: 'none',
    messagesAt: '/anthropic/v1',
    thinkTags: false,
  },
  zai: {
    parallelToolCalls: false,
    penalties: false,
    seed: 'none',
    reasoningIn: 'deepseek',
    replayReasoning: 'content',
    maxStop: 1,
    user: 'none',
    schemas: false,
    messagesAt: '/api/anthropic/v1',
    thinkTags: false,
  },
  openrouter: {
    fileParts: true,
    cacheMarks: true,
    topK: true,
    reasoningIn: 'openrouter',
    replayReasoning: 'details',
    messagesAt: '/api/v1',
    responses: true,
    thinkTags: false,
  },
  xai: { maxTokensField: 'max_completion_tokens', responses: true, thinkTags: false },
  together: { topK: true, user: 'none' },
  fireworks: { topK: true },
  cerebras: {
    strictMessages: true,
    maxTokensField: 'max_completion_tokens',
    imageUrls: false,
    penalties: false,
  },
  perplexity: {
    tools: false,
    streamOptions: false,
    systemFirst: true,
    topK: true,
    seed: 'none',
    user: 'none',
  },
  cohere: { parallelToolCalls: false, user: 'none', thinkTags: false },
  huggingface: { user: 'none', responses: true },
  ollama: { ...local, parallelToolCalls: false, toolChoice: false, topK: false },
  lmstudio: { ...local, parallelToolCalls: false },
  llamacpp: { ...local, nullContent: true, responses: false },
  vllm: { ...local, nullContent: true, imageUrls: true, systemFirst: true },
  demo: { ...openai, messagesAt: '/v1' },
}

/**
 * How a provider of this preset differs, if it is one; `overrides` are the config's own, already checked. A server that
 * nobody has described is asked in Chat Completions alone: that is all that most of them have.
 */
export const quirksFor = (preset: string | undefined, overrides: Partial<Quirks> = {}): Quirks => ({
  ...common,
  ...byPreset[preset ?? ''],
  ...overrides,
})
