// How a client of each protocol asks one question, and what it reads of the answer.

/** What is asked, whatever the protocol. */
export interface Prompt {
  readonly model: string
  readonly system: string | undefined
  readonly prompt: string
  readonly stream: boolean
}

/** What a whole answer says, or one event of a stream. */
export interface Reading {
  readonly model?: string | undefined
  readonly text?: string | null | undefined
  /** In tokens; what is known by then. */
  readonly in?: number | undefined
  readonly out?: number | undefined
  /** No more is said after it. */
  readonly last?: boolean | undefined
}

export interface ClientProtocol {
  readonly path: (prompt: Prompt) => string
  readonly body: (prompt: Prompt) => unknown
  readonly read: (json: unknown) => Reading
}

/** The protocols that clients speak, by the words of `--as`. */
export const clientProtocols = {
  openai: {
    path: () => '/v1/chat/completions',
    body: ({ model, system, prompt, stream }) => ({
      model,
      messages: messages(system, prompt),
      ...(stream ? { stream, stream_options: { include_usage: true } } : {}),
    }),
    read(json) {
      const { model, choices, usage } = json as Completion
      const text = choices?.[0]?.delta?.content ?? choices?.[0]?.message?.content
      return { model, text, in: usage?.prompt_tokens, out: usage?.completion_tokens }
    },
  },
  responses: {
    path: () => '/v1/responses',
    body: ({ model, system, prompt, stream }) => ({
      model,
      ...(system === undefined ? {} : { instructions: system }),
      input: prompt,
      ...(stream ? { stream } : {}),
    }),
    read(json) {
      const { type, delta, response } = json as ResponsesEvent
      if (type === 'response.output_text.delta') return { text: delta }
      const { model, usage, output } = response ?? (json as Response)
      const texts = output?.flatMap(({ content }) => content?.map(({ text }) => text ?? '') ?? [])
      return {
        model,
        // Of a stream the last event says all of it again.
        text: response ? undefined : texts?.join(''),
        in: usage?.input_tokens,
        out: usage?.output_tokens,
        last: type === 'response.completed' || type === 'response.incomplete',
      }
    },
  },
  anthropic: {
    path: () => '/v1/messages',
    body: ({ model, system, prompt, stream }) => ({
      model,
      // It must be said, and every model can say as much.
      max_tokens: 4096,
      ...(system === undefined ? {} : { system }),
      messages: messages(undefined, prompt),
      ...(stream ? { stream } : {}),
    }),
    read(json) {
      const { type, delta, message, usage } = json as MessagesEvent
      const { model, content, usage: counted = usage } = message ?? (json as Message)
      return {
        model,
        text: delta?.text ?? content?.map(({ text }) => text ?? '').join(''),
        in: inputOf(counted),
        out: counted?.output_tokens,
        last: type === 'message_stop',
      }
    },
  },
  gemini: {
    path: ({ model, stream }) =>
      `/v1beta/models/${encodeURIComponent(model)}:${stream ? 'streamGenerateContent?alt=sse' : 'generateContent'}`,
    body: ({ system, prompt }) => ({
      ...(system === undefined ? {} : { systemInstruction: { parts: [{ text: system }] } }),
      contents: [{ role: 'user', parts: [{ text: prompt }] }],
    }),
    read(json) {
      const { modelVersion, candidates, usageMetadata: usage } = json as GenerateContentResponse
      const parts = candidates?.[0]?.content?.parts?.filter(({ thought }) => !thought)
      const out = (usage?.candidatesTokenCount ?? 0) + (usage?.thoughtsTokenCount ?? 0)
      return {
        model: modelVersion,
        text: parts?.map(({ text }) => text ?? '').join(''),
        in: usage?.promptTokenCount,
        out: usage && out,
        last: candidates?.[0]?.finishReason !== undefined,
      }
    },
  },
  ollama: {
    path: () => '/api/chat',
    body: ({ model, system, prompt, stream }) => ({
      model,
      messages: messages(system, prompt),
      stream,
    }),
    read(json) {
      const { model, message, prompt_eval_count, eval_count, done } = json as ChatLine
      return { model, text: message?.content, in: prompt_eval_count, out: eval_count, last: done }
    },
  },
} as const satisfies Readonly<Record<string, ClientProtocol>>

export type ClientName = keyof typeof clientProtocols

const messages = (system: string | undefined, prompt: string) => [
  ...(system === undefined ? [] : [{ role: 'system', content: system }]),
  { role: 'user', content: prompt },
]

/** What a cache had is none of Anthropic's `input_tokens`. */
const inputOf = (usage: Message['usage']): number | undefined =>
  usage?.input_tokens === undefined
    ? undefined
    : usage.input_tokens +
      (usage.cache_read_input_tokens ?? 0) +
      (usage.cache_creation_input_tokens ?? 0)

// As much of each as is read here.

interface Completion {
  readonly model?: string
  readonly choices?: readonly {
    readonly message?: { readonly content?: string | null }
    readonly delta?: { readonly content?: string | null }
  }[]
  readonly usage?: { readonly prompt_tokens?: number; readonly completion_tokens?: number } | null
}

interface ResponsesEvent {
  readonly type?: string
  readonly delta?: string
  readonly response?: Response
}

interface Response {
  readonly model?: string
  readonly output?: readonly { readonly content?: readonly { readonly text?: string }[] | null }[]
  readonly usage?: { readonly input_tokens?: number; readonly output_tokens?: number } | null
}

interface MessagesEvent {
  readonly type?: string
  readonly delta?: { readonly text?: string }
  readonly message?: Message
  readonly usage?: Message['usage']
}

interface Message {
  readonly model?: string
  readonly content?: readonly { readonly text?: string }[]
  readonly usage?: {
    readonly input_tokens?: number
    readonly output_tokens?: number
    readonly cache_read_input_tokens?: number | null
    readonly cache_creation_input_tokens?: number | null
  }
}

interface GenerateContentResponse {
  readonly modelVersion?: string
  readonly candidates?: readonly {
    readonly content?: {
      readonly parts?: readonly { readonly text?: string; readonly thought?: boolean }[]
    }
    readonly finishReason?: string
  }[]
  readonly usageMetadata?: {
    readonly promptTokenCount?: number
    readonly candidatesTokenCount?: number
    readonly thoughtsTokenCount?: number
  }
}

interface ChatLine {
  readonly model?: string
  readonly message?: { readonly content?: string }
  readonly prompt_eval_count?: number
  readonly eval_count?: number
  readonly done?: boolean
}
