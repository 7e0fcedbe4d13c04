// What is known of models: how much they take and give. The door to @pydantic/genai-prices, which knows the context
// windows of about a thousand models offline; it is loaded with the first list of models, never at start. What it does
// not hold (how much a model may answer, and what it can look at) is the table here, from the vendors' model pages.

import { PatternIndex } from '../alias/pattern.ts'

/** Limits in tokens; what is not known is not there. */
export interface ModelFacts {
  readonly contextWindow?: number
  readonly outputLimit?: number
  readonly inputModalities?: readonly Modality[]
}

type Modality = 'text' | 'image' | 'audio' | 'video'

const text: readonly Modality[] = ['text']
const vision: readonly Modality[] = ['text', 'image']
const everything: readonly Modality[] = ['text', 'image', 'audio', 'video']

/** Name pattern, output limit, what it takes, and the context window where the package does not know it. */
const table: readonly (readonly [string, number, readonly Modality[], number?])[] = [
  ['claude-3-*', 4096, vision],
  ['claude-3-5-*', 8192, vision],
  ['claude-3-7-*', 64_000, vision],
  ['claude-opus-4-*', 32_000, vision],
  ['claude-sonnet-4-*', 64_000, vision],
  ['claude-haiku-4-5*', 64_000, vision],
  ['claude-opus-4-5*', 64_000, vision],
  ['claude-opus-4-6*', 128_000, vision],
  ['claude-opus-4-7*', 128_000, vision],
  ['claude-opus-4-8*', 128_000, vision],
  ['claude-sonnet-4-6*', 128_000, vision],
  ['claude-opus-5*', 128_000, vision],
  ['claude-sonnet-5*', 128_000, vision],
  ['gpt-3.5-turbo*', 4096, text],
  ['gpt-4*', 8192, text],
  ['gpt-4-turbo*', 4096, vision],
  ['gpt-4o*', 16_384, vision],
  ['gpt-4.1*', 32_768, vision],
  ['gpt-5*', 128_000, vision],
  ['o1*', 100_000, vision],
  ['o3*', 100_000, vision],
  ['o4-mini*', 100_000, vision],
  ['gemini-2.0-*', 8192, everything, 1_048_576],
  ['gemini-2.5-*', 65_536, everything, 1_048_576],
  ['gemini-3*', 65_536, everything, 1_048_576],
]

const own = new PatternIndex(table.map(row => [row[0], row] as const))

/** Our presets by the names that the package has for them, where they differ. */
const providerIds: Readonly<Record<string, string>> = {
  gemini: 'google',
  xai: 'x-ai',
  bedrock: 'aws',
}

/** What was looked up, by preset and model: to look takes the catalog a tenth of a millisecond. */
const found = new Map<string, ModelFacts>()

/** A client may ask for any name. */
const most = 10_000

type Prices = typeof import('@pydantic/genai-prices')
let loading: Promise<Prices> | undefined

/** Loads the catalog; `factsOf` can then be asked. */
export async function loadFacts(): Promise<
  (preset: string | undefined, model: string) => ModelFacts
> {
  loading ??= import('@pydantic/genai-prices')
  const { calcPrice } = await loading
  return (preset, model) => {
    const key = `${preset} ${model}`
    const before = found.get(key)
    if (before) return before
    if (found.size === most) found.clear()
    // A vendor's model at another host (`openai/gpt-4o` at OpenRouter) is still that model.
    const bare = model.slice(model.lastIndexOf('/') + 1)
    const row = own.find(bare)?.value
    const known =
      (preset && calcPrice({}, model, { providerId: providerIds[preset] ?? preset })) ||
      calcPrice({}, bare)
    const contextWindow = known?.model.context_window ?? row?.[3]
    const facts = {
      ...(contextWindow === undefined ? {} : { contextWindow }),
      ...(row ? { outputLimit: row[1], inputModalities: row[2] } : {}),
    }
    found.set(key, facts)
    return facts
  }
}

/** The models that the catalog has of a preset's vendor; none where it does not know it. */
export async function catalogModels(preset: string): Promise<readonly string[]> {
  loading ??= import('@pydantic/genai-prices')
  const { findProvider } = await loading
  const models = findProvider({ providerId: providerIds[preset] ?? preset })?.models ?? []
  return models.map(model => model.id)
}
