// What models accept, as data: the first pattern that matches decides. PROTOCOLS 3.0 names the sources. A model nobody has
// heard of gets what is safe for most. The config's `models:` overrides single facts by pattern.

import type { Effort } from './message.ts'

export interface ModelFacts {
  /** The most tokens an answer may have; undefined where it is not known. */
  readonly maxOutput: number | undefined
  /**
   * `temperature`, `top_p`, `top_k`: `free`, `one` of temperature and top_p at a time, or `fixed`: the model refuses any.
   */
  readonly sampling: 'free' | 'one' | 'fixed'
  /** How it is told to think: a budget of tokens, an effort, or it cannot be. */
  readonly thinking: 'none' | 'budget' | 'adaptive' | 'effort' | 'level'
  /** False where thinking cannot be switched off. */
  readonly thinkingOff: boolean
  /** Smallest and largest budget, in tokens, where `thinking` is `budget`. */
  readonly budget: readonly [min: number, max: number] | undefined
  /** Efforts it takes besides `none`, from least to most. */
  readonly efforts: readonly Effort[]
  /** The conversation may end with the assistant's turn, for the model to go on from. */
  readonly prefill: boolean
  /** It takes a JSON Schema for its answer. */
  readonly schema: boolean
  /** It takes `system` messages between the others. */
  readonly systemAnywhere: boolean
  /** It takes sequences to stop at. */
  readonly stop: boolean
  /** With tools it thinks only over the Responses API: Chat Completions refuses the two together. */
  readonly toolsNeedResponses: boolean
  /** Of what it thinks it shows nothing in Chat Completions, but does over the Responses API. */
  readonly reasoningHidden: boolean
  /** Calls of tools must carry the signature that came with them (Gemini 3). */
  readonly signedCalls: boolean
  /** How many tokens it makes of what OpenAI's o200k makes one of, for estimates. PROTOCOLS 3.12 */
  readonly tokenFactor: number
}

/** Facts that the config states, by pattern of a model's name, in which `*` matches anything. */
export type FactOverrides = ReadonlyMap<string, Partial<ModelFacts>>

/** A model that nobody has heard of. */
const unknown: ModelFacts = {
  maxOutput: undefined,
  sampling: 'free',
  thinking: 'none',
  thinkingOff: true,
  budget: undefined,
  efforts: [],
  prefill: true,
  schema: true,
  systemAnywhere: true,
  stop: true,
  toolsNeedResponses: false,
  reasoningHidden: false,
  signedCalls: false,
  tokenFactor: 1.12,
}

/** Claude since Opus 5, and whatever comes after it. */
const claude: ModelFacts = {
  ...unknown,
  maxOutput: 128_000,
  sampling: 'fixed',
  thinking: 'adaptive',
  efforts: ['low', 'medium', 'high', 'xhigh', 'max'],
  prefill: false,
  tokenFactor: 1.45,
}

/** Claude up to 4.5, which is told a budget. */
const manual: ModelFacts = {
  ...claude,
  sampling: 'one',
  thinking: 'budget',
  budget: [1024, 128_000],
  efforts: [],
  prefill: true,
  systemAnywhere: false,
  tokenFactor: 1.12,
}

/** Claude before it could think. */
const early: ModelFacts = {
  ...manual,
  maxOutput: 4096,
  sampling: 'free',
  thinking: 'none',
  budget: undefined,
  schema: false,
}

/** OpenAI's models that think. */
const thinker: ModelFacts = {
  ...unknown,
  maxOutput: 128_000,
  sampling: 'fixed',
  thinking: 'effort',
  efforts: ['low', 'medium', 'high', 'xhigh'],
  stop: false,
  reasoningHidden: true,
}

const gemini: ModelFacts = { ...unknown, maxOutput: 65_536, systemAnywhere: false }

const gemini3: ModelFacts = {
  ...gemini,
  thinking: 'level',
  thinkingOff: false,
  efforts: ['minimal', 'low', 'medium', 'high'],
  signedCalls: true,
}

/** Open models that think, which their servers are told to in ways of their own. */
const open: ModelFacts = { ...unknown, thinking: 'effort', efforts: ['low', 'medium', 'high'] }

/** Names as they are at their vendor; other hosts put something before them, and write `4.5` for `4-5`. */
const table: readonly (readonly [RegExp, ModelFacts])[] = [
  [/claude-opus-4[-.]8/, claude],
  [/claude-opus-4[-.]7|claude-mythos-preview/, { ...claude, systemAnywhere: false }],
  [
    /claude-(?:opus|sonnet)-4[-.]6/,
    {
      ...claude,
      sampling: 'one',
      efforts: ['low', 'medium', 'high', 'max'],
      systemAnywhere: false,
      tokenFactor: 1.12,
    },
  ],
  [/claude-opus-4[-.]5/, { ...manual, maxOutput: 64_000, efforts: ['low', 'medium', 'high'] }],
  [/claude-(?:sonnet|haiku)-4[-.]5/, { ...manual, maxOutput: 64_000 }],
  [/claude-opus-4[-.]1/, { ...manual, maxOutput: 32_000 }],
  [
    /claude-opus-4(?![-.]?\d(?!\d))/,
    { ...manual, maxOutput: 32_000, sampling: 'free', schema: false },
  ],
  [
    /claude-sonnet-4(?![-.]?\d(?!\d))/,
    { ...manual, maxOutput: 64_000, sampling: 'free', schema: false },
  ],
  [/claude-3[-.]7/, { ...manual, maxOutput: 64_000, sampling: 'free', schema: false }],
  [/claude-3[-.]5/, { ...early, maxOutput: 8192 }],
  [/claude-(?:3|2|v2|instant)/, early],
  [/claude/, claude],

  [/gpt-5[.\d]*-chat/, { ...unknown, maxOutput: 16_384 }],
  [/gpt-5[.\d]*-pro/, { ...thinker, thinkingOff: false, efforts: ['high'] }],
  [/gpt-5\.[123](?!\d)/, thinker],
  [
    /gpt-5(?!\.?\d)/,
    { ...thinker, thinkingOff: false, efforts: ['minimal', 'low', 'medium', 'high'] },
  ],
  [/gpt-oss/, open],
  [/gpt-(?:[5-9]|\d\d)/, { ...thinker, toolsNeedResponses: true }],
  [/gpt-4\.1/, { ...unknown, maxOutput: 32_768 }],
  [/gpt-4o/, { ...unknown, maxOutput: 16_384 }],
  [/gpt-4-turbo|gpt-3\.5/, { ...unknown, maxOutput: 4096, schema: false }],
  [/gpt-4(?![\d.])/, { ...unknown, maxOutput: 8192, schema: false }],
  [
    /(?:^|[/.])o[1-9](?:-|$)/,
    { ...thinker, maxOutput: 100_000, thinkingOff: false, efforts: ['low', 'medium', 'high'] },
  ],

  [/gemini-2\.5-pro/, { ...gemini, thinking: 'budget', thinkingOff: false, budget: [128, 32_768] }],
  [/gemini-2\.5-flash-lite/, { ...gemini, thinking: 'budget', budget: [512, 24_576] }],
  [/gemini-2\.5/, { ...gemini, thinking: 'budget', budget: [1, 24_576] }],
  [/gemini-(?:1|2|exp|pro$|pro-vision)/, { ...gemini, maxOutput: 8192 }],
  [/gemini-3-pro/, { ...gemini3, efforts: ['low', 'high'] }],
  [/gemini-[\d.]*-?pro/, { ...gemini3, efforts: ['low', 'medium', 'high'] }],
  [/gemini-3\.[7-9]-flash/, { ...gemini3, efforts: ['low', 'medium', 'high'] }],
  [/gemini/, gemini3],

  [/deepseek-(?:r|v[3-9]|reasoner|chat)|qwen-?3|qwq|glm-(?:4\.[5-9]|[5-9])|kimi-k|magistral/, open],
  [/grok-[4-9]/, { ...open, reasoningHidden: true }],
  [/grok-3-mini|minimax-m|nemotron-3/, open],
]

/** What a model accepts, by its name at any host; `overrides` state single facts, the first pattern that says one counts. */
export function factsFor(model: string, overrides: FactOverrides = new Map()): ModelFacts {
  const name = model.toLowerCase()
  let facts = table.find(([pattern]) => pattern.test(name))?.[1] ?? unknown
  for (const [pattern, stated] of [...overrides].reverse()) {
    if (matches(pattern, model)) facts = { ...facts, ...stated }
  }
  return facts
}

/** `*` in a pattern matches any run of characters, also none, also `/`. */
function matches(pattern: string, name: string): boolean {
  const [head = '', ...rest] = pattern.split('*')
  const tail = rest.pop()
  if (tail === undefined) return name === head
  if (!name.startsWith(head) || !name.endsWith(tail)) return false
  const end = name.length - tail.length
  let at = head.length
  for (const part of rest) {
    const found = name.indexOf(part, at)
    if (found < 0) return false
    at = found + part.length
  }
  return at <= end
}
