/** The files of other programs that can be imported. */
export const formats = ['litellm', 'llama-swap', 'llm'] as const
export type Format = (typeof formats)[number]
