import { asObject, asText } from '../values.ts'

/** True for a citation as Anthropic writes them: others are refused there, and make no sense to its clients. */
export const isOwnCitation = (citation: unknown): boolean =>
  asText(asObject(citation)?.['type'])?.endsWith('_location') === true
