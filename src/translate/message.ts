// The message model: what any request or answer says, whatever protocol it came in. A conversation is a list of messages,
// a message a list of parts in order: a superset of what Anthropic, Bedrock, Gemini, OpenAI's Responses and Chat Completions
// can say, in that order, so that nothing is lost on the way through it but what the far side cannot say at all.

import type { Json } from './values.ts'

/** Who signs reasoning, and makes blocks that nobody else reads. */
export type Vendor = 'anthropic' | 'google' | 'openai' | 'bedrock' | 'openrouter'

/** Proof that a vendor's model thought this: goes back to that vendor as it came, and to nobody else. Never forged. */
export interface Signature {
  readonly vendor: Vendor
  readonly value: string
}

/** Anthropic's `cache_control`, kept where the far side has it. */
export interface CacheMark {
  readonly ttl?: string
}

/** Where bytes are. `mime` as the client wrote it; base64 without a `data:` prefix. */
export type Source =
  | { readonly base64: string; readonly mime: string }
  | { readonly url: string; readonly mime?: string }
  | { readonly fileId: string; readonly vendor: Vendor }
  | { readonly text: string; readonly mime?: string }

export interface TextPart {
  readonly t: 'text'
  readonly text: string
  readonly cache?: CacheMark
  /** As Anthropic or OpenAI wrote them, for the same vendor. */
  readonly citations?: readonly unknown[]
}

export interface ImagePart {
  readonly t: 'image'
  readonly source: Source
  readonly detail?: string
  readonly cache?: CacheMark
}

export interface FilePart {
  readonly t: 'file'
  readonly source: Source
  readonly name?: string
  readonly title?: string
  readonly context?: string
  readonly citations?: unknown
  readonly cache?: CacheMark
}

export interface AudioPart {
  readonly t: 'audio'
  readonly base64: string
  /** `wav`, `mp3`: OpenAI's word. */
  readonly format: string
}

export interface ReasoningPart {
  readonly t: 'reasoning'
  /** Empty where the vendor hides it. */
  readonly text: string
  readonly signature?: Signature
  /** What stands in place of text that the vendor does not show (`redacted_thinking`). */
  readonly redacted?: Signature
  /** It is a summary, not the reasoning itself. */
  readonly summary?: boolean
  /** The id that the vendor gave it (Responses `rs_...`). */
  readonly id?: string
}

export interface ToolCallPart {
  readonly t: 'tool_call'
  readonly id: string
  readonly name: string
  /** The arguments as JSON text; of a `custom` tool the bare input. May be empty, and may be no JSON: models err. */
  readonly args: string
  /** `custom`: a tool of OpenAI's that takes free text. */
  readonly kind: 'function' | 'custom'
  readonly signature?: Signature
  readonly cache?: CacheMark
}

export interface ToolResultPart {
  readonly t: 'tool_result'
  readonly id: string
  /** The tool's name where the protocol says it (Gemini); otherwise that of the call with this id. */
  readonly name?: string
  readonly parts: readonly (TextPart | ImagePart | FilePart | OpaquePart)[]
  readonly isError?: boolean
  readonly cache?: CacheMark
}

export interface RefusalPart {
  readonly t: 'refusal'
  readonly text: string
}

/** What only its vendor understands (server tools and their results): said again to that vendor alone. */
export interface OpaquePart {
  readonly t: 'opaque'
  readonly vendor: Vendor
  readonly raw: Json
}

export type Part =
  | TextPart
  | ImagePart
  | FilePart
  | AudioPart
  | ReasoningPart
  | ToolCallPart
  | ToolResultPart
  | RefusalPart
  | OpaquePart

export interface Message {
  /** `system` also for OpenAI's `developer`. Results of tools are parts of `user` messages. */
  readonly role: 'system' | 'user' | 'assistant'
  readonly parts: readonly Part[]
}

export interface Tool {
  readonly kind: 'function' | 'custom'
  readonly name: string
  readonly description?: string
  /** JSON Schema of the arguments; undefined where none was given, and for `custom`. */
  readonly schema?: Json
  /** Of a `custom` tool: its format as Responses writes it, e.g. `{type: 'grammar', syntax, definition}`. */
  readonly format?: Json
  readonly strict?: boolean
  readonly cache?: CacheMark
}

/** A tool that the vendor runs itself (`web_search_...`): offered to that vendor alone. */
export interface HostedTool {
  readonly kind: 'hosted'
  readonly vendor: Vendor
  readonly name: string
  readonly raw: Json
}

export type ToolChoice =
  | { readonly mode: 'auto' | 'any' | 'none' }
  | { readonly mode: 'tool'; readonly name: string }

/** What the answer must look like. */
export type Format =
  | { readonly kind: 'json' }
  | {
      readonly kind: 'schema'
      readonly name: string
      readonly schema: Json
      readonly strict?: boolean
      readonly description?: string
    }

export type Effort = 'none' | 'minimal' | 'low' | 'medium' | 'high' | 'xhigh' | 'max'

/** How much to think. `effort` and `budget` (tokens) each only where the client said so. */
export interface Reasoning {
  readonly effort?: Effort
  readonly budget?: number
  /** The model decides how much (Anthropic's `adaptive`). */
  readonly adaptive?: boolean
  /** The client wants to see it, or a summary of it (`auto`, `concise`, `detailed`). */
  readonly show?: string
}

/** A request in any protocol. What a client did not say is undefined: a default is the far side's to choose. */
export interface ModelRequest {
  readonly model: string
  /** In order; leading `system` messages first. */
  readonly messages: readonly Message[]
  readonly tools: readonly (Tool | HostedTool)[]
  readonly toolChoice?: ToolChoice
  readonly parallelToolCalls?: boolean
  readonly maxTokens?: number
  readonly temperature?: number
  readonly topP?: number
  readonly topK?: number
  readonly stop?: readonly string[]
  readonly seed?: number
  readonly frequencyPenalty?: number
  readonly presencePenalty?: number
  readonly format?: Format
  readonly reasoning?: Reasoning
  /** OpenAI's `verbosity`. */
  readonly verbosity?: string
  /** Who the end user is, in the client's own words. */
  readonly user?: string
  /** In OpenAI's words: `auto`, `default`, ... */
  readonly tier?: string
  readonly cacheKey?: string
  readonly stream: boolean
  /** The client wants usage in the stream (Chat's `stream_options.include_usage`; always so in other protocols). */
  readonly includeUsage: boolean
  /** Fields of the client's request that only one vendor knows, to be sent to that vendor alone. */
  readonly extra: { readonly [V in Vendor]?: Json }
  /** Names of fields that the decoder had to leave out: harmless hints that the model has no place for. */
  readonly dropped: readonly string[]
}

/** Tokens. `input` includes what was read from and written to a cache, `output` includes reasoning. */
export interface TokenUsage {
  readonly input?: number
  readonly cached?: number
  readonly cacheWrite?: number
  /** The part of `cacheWrite` that is kept for an hour. */
  readonly cacheWrite1h?: number
  readonly output?: number
  readonly reasoning?: number
}

/** Why an answer ended. `context`: the model's window was full. `pause`: Anthropic's `pause_turn`. */
export type FinishReason = 'stop' | 'length' | 'context' | 'tool_calls' | 'filter' | 'pause'

export interface Finish {
  readonly reason: FinishReason
  /** The stop sequence that was met, where the vendor says. */
  readonly stopSequence?: string
  /** Why a filter stopped it, in the vendor's words. */
  readonly detail?: string
}

/** A block that begins. Its text, arguments and signature follow as deltas. */
export type OpenBlock =
  | { readonly t: 'text' }
  | {
      readonly t: 'reasoning'
      readonly summary?: boolean
      readonly id?: string
      readonly redacted?: Signature
    }
  | { readonly t: 'refusal' }
  | {
      readonly t: 'tool_call'
      readonly id: string
      readonly name: string
      readonly kind: 'function' | 'custom'
    }
  | { readonly t: 'image'; readonly base64: string; readonly mime: string }
  | OpaquePart

/**
 * An answer as it comes. Blocks do not overlap: `open`, its deltas, `close`, then the next; a decoder whose protocol mixes
 * them puts them in order with `Blocks`. After `start`: blocks, `usage`, `ping` in any number, `finish` once, and then `end`;
 * or `error`, after which nothing comes. `end` without `finish` does not happen: that is an error.
 */
export type AnswerEvent =
  | {
      readonly t: 'start'
      readonly id?: string
      readonly model?: string
      /** Seconds since the epoch, where the vendor says. */
      readonly created?: number
      /** What the vendor has counted before it answers (Anthropic's input). */
      readonly usage?: TokenUsage
    }
  | { readonly t: 'open'; readonly block: OpenBlock }
  /** More of the open text, reasoning or refusal. Never empty. */
  | { readonly t: 'text'; readonly text: string }
  /** More of the open call's arguments. Never empty. */
  | { readonly t: 'args'; readonly text: string }
  /** Of the open reasoning or call. */
  | { readonly t: 'signature'; readonly signature: Signature }
  | { readonly t: 'citation'; readonly citation: Json }
  | { readonly t: 'close' }
  /** What is known by now; the last word on each count wins. */
  | { readonly t: 'usage'; readonly usage: TokenUsage }
  | { readonly t: 'finish'; readonly finish: Finish }
  | { readonly t: 'ping' }
  | { readonly t: 'error'; readonly error: UpstreamError }
  | { readonly t: 'end' }

/** What a failure of an upstream is, whoever says it. PROTOCOLS 4.2 */
export type ErrorKind =
  | 'invalid'
  | 'context_length'
  | 'auth'
  | 'permission'
  | 'quota'
  | 'not_found'
  | 'too_large'
  | 'rate_limit'
  | 'overloaded'
  | 'timeout'
  | 'server'

export interface UpstreamError {
  readonly kind: ErrorKind
  /** As the upstream said it, or what its kind means where it did not. */
  readonly message: string
  /** Nobody said it: the answer makes no sense, or is not whole, and the message tells why. */
  readonly broken?: true
  /** HTTP status that the upstream gave; undefined for an error within a stream that has none. */
  readonly status?: number
  /** The vendor's own code, e.g. `context_length_exceeded`. */
  readonly code?: string
  /** The field that is to blame. */
  readonly param?: string
  /** Milliseconds until another try makes sense. */
  readonly retryAfter?: number
  /** Of a `context_length` error, where the words tell: tokens asked for, and at most. */
  readonly tokens?: { readonly asked?: number; readonly output?: number; readonly limit?: number }
}

/** A whole answer: what the events of one add up to. */
export interface Answer {
  readonly id?: string
  readonly model?: string
  readonly created?: number
  readonly parts: readonly Part[]
  readonly usage: TokenUsage
  readonly finish: Finish
}
