// How servers that speak OpenAI's protocol differ, as data, by preset; the config's `quirks:` overrides single ones for a
// provider. PROTOCOLS 3.13 names the sources.

export interface Quirks {
  /** The field for the most tokens of an answer. */
  readonly maxTokensField: 'max_tokens' | 'max_completion_tokens'
  readonly developerRole: boolean
  /** System messages must come first: later ones are gathered there. */
  readonly systemFirst: boolean
  readonly streamOptions: boolean
  readonly parallelToolCalls: boolean
  readonly toolChoice: boolean
  /** Form of the ids of tool calls: any up to a length, or exactly nine letters and digits (Mistral). */
  readonly toolIds: 'any' | 'nine'
  /** An assistant message may have `content: null`. */
  readonly nullContent: boolean
  /** Images may be given by URL. */
  readonly imageUrls: boolean
  /** `file` parts are understood. */
  readonly fileParts: boolean
  readonly topK: boolean
  /** How much to think is told by: */
  readonly reasoningIn: 'effort' | 'openrouter' | 'deepseek' | 'kwargs' | 'none'
  /** Reasoning of earlier turns goes back: in `reasoning_content`, in `reasoning_details`, or not. */
  readonly replayReasoning: 'content' | 'details' | 'none'
  /** The most sequences to stop at. */
  readonly maxStop: number
  /** The field for the end user, and its greatest length. */
  readonly user: 'safety_identifier' | 'user' | 'none'
  readonly schemas: boolean
  /** The server speaks Anthropic's Messages itself, below this path of its origin, e.g. `/v1`, `/anthropic/v1`. */
  readonly messagesAt: string | undefined
  /** The server speaks Responses itself. */
  readonly responses: boolean
  /** Reasoning comes within the text, between `<think>` and `</think>`. */
  readonly thinkTags: boolean
}
