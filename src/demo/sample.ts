import { isObject } from './api.ts'

// A schema that refers to itself has no last level of its own.
const deepest = 8

/**
 * An example of what a JSON Schema describes, the same for the same schema and prompt: its own `const`, `default`,
 * `examples` or `enum` where it has one, else the smallest value that fits. Texts are taken from the prompt where the
 * property's name says what it is for.
 */
export function sample(schema: unknown, prompt: string): unknown {
  return build(schema, { root: schema, prompt, name: '', depth: 0 })
}

interface Place {
  readonly root: unknown
  readonly prompt: string
  readonly name: string
  readonly depth: number
}

function build(given: unknown, at: Place): unknown {
  if (at.depth > deepest) return null
  const schema = follow(given, at.root)
  if (!isObject(schema)) return {}
  for (const key of ['const', 'default']) if (key in schema) return schema[key]
  for (const key of ['examples', 'enum']) {
    const values = schema[key]
    if (Array.isArray(values) && values.length > 0) return values[0]
  }
  const deeper = { ...at, depth: at.depth + 1 }
  for (const key of ['anyOf', 'oneOf', 'allOf']) {
    const choices = schema[key]
    if (Array.isArray(choices) && choices.length > 0) return build(choices[0], deeper)
  }
  switch (typeOf(schema)) {
    case 'object': {
      const properties = isObject(schema['properties']) ? schema['properties'] : {}
      return Object.fromEntries(
        Object.entries(properties).map(([name, property]) => [
          name,
          build(property, { ...deeper, name }),
        ]),
      )
    }
    case 'array': {
      const length = Math.min(10, Math.max(1, numberOf(schema['minItems']) ?? 1))
      return Array.from({ length }, () => build(schema['items'] ?? { type: 'string' }, deeper))
    }
    case 'integer':
    case 'number':
      return smallest(schema)
    case 'boolean':
      return true
    case 'null':
      return null
    default:
      return text(schema, at)
  }
}

function follow(schema: unknown, root: unknown): unknown {
  const reference = isObject(schema) ? schema['$ref'] : undefined
  if (typeof reference !== 'string' || !reference.startsWith('#')) return schema
  let found: unknown = root
  for (const step of reference.split('/').slice(1)) {
    const key = decodeURIComponent(step).replaceAll('~1', '/').replaceAll('~0', '~')
    found = isObject(found) && Object.hasOwn(found, key) ? found[key] : undefined
  }
  return found
}

function typeOf(schema: Readonly<Record<string, unknown>>): unknown {
  const type = schema['type']
  if (Array.isArray(type)) return type[0]
  return type ?? ('properties' in schema ? 'object' : 'items' in schema ? 'array' : 'string')
}

const numberOf = (value: unknown): number | undefined =>
  typeof value === 'number' ? value : undefined

function smallest(schema: Readonly<Record<string, unknown>>): number {
  const least = numberOf(schema['minimum']) ?? (numberOf(schema['exclusiveMinimum']) ?? 0) + 1
  return Math.min(least, numberOf(schema['maximum']) ?? least)
}

const formats: Readonly<Record<string, string>> = {
  date: '2025-01-31',
  'date-time': '2025-01-31T12:00:00Z',
  time: '12:00:00Z',
  email: 'ada@example.com',
  uri: 'https://example.com/',
  uuid: '00000000-0000-4000-8000-000000000000',
}

function text(schema: Readonly<Record<string, unknown>>, { name, prompt }: Place): string {
  const format = formats[String(schema['format'])]
  if (format) return format
  if (/city|location|place|town/i.test(name))
    return (
      /\b(?:in|at|for|of)\s+(\p{Lu}[\p{L}-]+(?:\s\p{Lu}[\p{L}-]+)?)/u.exec(prompt)?.[1] ?? 'Paris'
    )
  if (/query|question|text|prompt|input|message|content/i.test(name)) return prompt.slice(0, 500)
  return name || 'example'
}
