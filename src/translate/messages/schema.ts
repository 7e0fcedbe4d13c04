// JSON Schema as Anthropic takes it. Where it holds the model to a schema it knows a part of the language: what it does
// not know is refused, so it becomes a remark for the model. https://docs.anthropic.com/en/docs/build-with-claude/structured-outputs

import { asArray, asObject, asText, type Json } from '../values.ts'

/** A schema that an answer, or the arguments of a strict tool, are held to. */
export function strictSchema(schema: unknown): Json {
  const given = asObject(schema)
  if (!given) return {}
  const out: Record<string, unknown> = {}
  const remarks: string[] = []
  for (const [name, value] of Object.entries(given)) {
    if (kept.has(name)) out[name] = value
    else if (maps.has(name)) out[name] = mapped(value)
    else if (lists.has(name)) {
      const list = asArray(value).map(strictSchema)
      const to = name === 'allOf' ? 'allOf' : 'anyOf'
      out[to] = [...asArray(out[to]), ...list]
    } else if (name === 'items') {
      out[name] = Array.isArray(value) ? { anyOf: value.map(strictSchema) } : strictSchema(value)
    } else if (name === 'format' && formats.has(value)) out[name] = value
    else if (name === 'minItems' && (value === 0 || value === 1)) out[name] = value
    else if (remarkable.has(name)) remarks.push(`${name}: ${JSON.stringify(value)}`)
  }
  if (out['type'] === 'object' || out['properties'] !== undefined)
    out['additionalProperties'] = false
  if (remarks.length > 0) {
    out['description'] = [asText(out['description']), `(${remarks.join(', ')})`]
      .filter(Boolean)
      .join(' ')
  }
  return out
}

const kept = new Set([
  'type',
  'enum',
  'const',
  'required',
  'title',
  'description',
  'default',
  '$ref',
])
const maps = new Set(['properties', '$defs', 'definitions'])
const lists = new Set(['anyOf', 'oneOf', 'allOf'])
const remarkable = new Set([
  'format',
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'multipleOf',
  'minLength',
  'maxLength',
  'pattern',
  'minItems',
  'maxItems',
  'uniqueItems',
  'minProperties',
  'maxProperties',
])
const formats: ReadonlySet<unknown> = new Set([
  'date-time',
  'time',
  'date',
  'duration',
  'email',
  'hostname',
  'uri',
  'ipv4',
  'ipv6',
  'uuid',
])

const mapped = (value: unknown): Json =>
  Object.fromEntries(
    Object.entries(asObject(value) ?? {}).map(([name, schema]) => [name, strictSchema(schema)]),
  )

/** The schema of a tool's arguments: an object at its root, and no choice there, which is refused. */
export function inputSchema(schema: Json = {}): Json {
  const { anyOf, oneOf, allOf, ...root } = schema
  const all = asArray(allOf).map(branch => asObject(branch) ?? {})
  const some = [...asArray(anyOf), ...asArray(oneOf)].map(branch => asObject(branch) ?? {})
  const branches = [...all, ...some]
  const properties = Object.assign(
    {},
    ...branches.map(branch => branch['properties']),
    root['properties'],
  )
  const required = [root, ...all].flatMap(branch => asArray(branch['required']))
  return {
    ...root,
    type: 'object',
    ...(root['$ref'] === undefined || branches.length > 0 ? { properties } : {}),
    ...(required.length > 0 ? { required: [...new Set(required)] } : {}),
  }
}
