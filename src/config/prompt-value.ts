import type { Prompt, PromptMessage } from '../alias/alias.ts'

/** A prompt as the config file has it: a single message of the system's before the client's is `system`. */
export function promptValue({ prepend, append }: Prompt): {
  readonly system?: string
  readonly prompt?: { readonly prepend?: Messages; readonly append?: Messages }
} {
  const [first, ...others] = prepend
  const short = first?.role === 'system' && others.length === 0
  const prompt = {
    ...(prepend.length > 0 && !short ? { prepend } : {}),
    ...(append.length > 0 ? { append } : {}),
  }
  return {
    ...(short ? { system: first.content } : {}),
    ...(Object.keys(prompt).length > 0 ? { prompt } : {}),
  }
}

type Messages = readonly PromptMessage[]
