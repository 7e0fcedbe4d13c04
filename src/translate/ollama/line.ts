import type { Json } from '../values.ts'

/** Which of Ollama's two ways to ask: they answer with the text in different places. */
export type Way = 'chat' | 'generate'

/** A call of a tool, whole. */
export interface ToolCall {
  readonly id: string
  readonly name: string
  readonly arguments: Json
}

/** What an answer says, or one line of it. */
export interface Said {
  readonly text: string
  readonly thinking: string
  readonly toolCalls: readonly ToolCall[]
}

export const nothingSaid: Said = { text: '', thinking: '', toolCalls: [] }

/** The fields of Ollama's that hold what was said. https://docs.ollama.com/api */
export function saidFields(way: Way, { text, thinking, toolCalls }: Said): object {
  const thought = thinking === '' ? {} : { thinking }
  if (way === 'generate') return { response: text, ...thought }
  const calls = toolCalls.map(({ id, name, arguments: args }, index) => ({
    id,
    function: { index, name, arguments: args },
  }))
  return {
    message: {
      role: 'assistant',
      content: text,
      ...thought,
      ...(calls.length > 0 ? { tool_calls: calls } : {}),
    },
  }
}

/** A time in milliseconds since the epoch as Ollama writes it, to the nanosecond. */
export function timestamp(at: number): string {
  const whole = Math.floor(at)
  const nanoseconds = String(Math.floor((at - whole) * 1e6)).padStart(6, '0')
  return new Date(whole).toISOString().replace('Z', `${nanoseconds}Z`)
}

/** From one time to another, in nanoseconds. */
export const nanoseconds = (from: number, to: number): number =>
  Math.max(0, Math.round((to - from) * 1e6))
