// A model that takes no schema for its answer takes one for a tool: it is made to call a tool that nobody has, and the
// arguments are the answer.

import type { ModelFacts } from '../facts.ts'
import type { ModelRequest } from '../message.ts'

/** The name of that tool; undefined where none is needed. */
export function jsonTool({ format, tools }: ModelRequest, facts: ModelFacts): string | undefined {
  if (format?.kind !== 'schema' || facts.schema) return undefined
  const taken = new Set(tools.map(tool => tool.name))
  let name = 'json'
  while (taken.has(name)) name += '_'
  return name
}
