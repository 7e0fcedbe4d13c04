import type { Prompt } from '../alias/alias.ts'

/** A line for each message that an alias puts around those of the client. */
export const promptLines = ({ prepend, append }: Prompt): string[] => [
  ...prepend.map(({ role, content }) => `before, ${role}: ${content}`),
  ...append.map(({ role, content }) => `after, ${role}: ${content}`),
]
