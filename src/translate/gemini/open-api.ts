// Gemini's own form of a schema is a part of OpenAPI 3.0: upper-case types, `nullable`, numbers written as text, and a
// 400 for every word it does not know. Newer models also take JSON Schema as it is.
// https://ai.google.dev/api/caching#Schema; PROTOCOLS 3.9, trap G4

import { asArray, asObject, asText, type Json } from '../values.ts'
import { camel } from './fields.ts'

/** Words that mean the same in both. */
const shared = [
  'title',
  'description',
  'enum',
  'required',
  'minimum',
  'maximum',
  'minItems',
  'maxItems',
  'minLength',
  'maxLength',
  'minProperties',
  'maxProperties',
  'pattern',
  'default',
]

/** Formats that Gemini does not refuse, by type. */
const formats: Readonly<Record<string, readonly string[]>> = {
  string: ['enum', 'date-time'],
  number: ['float', 'double'],
  integer: ['int32', 'int64'],
}

/**
 * A JSON Schema in Gemini's form: references are put in place, what has no word there is left out. Undefined for an object
 * without properties, which is refused as a tool's parameters.
 */
export function openApiSchema(schema: Json): Json | undefined {
  const found = converted(schema, { root: schema, left: most }, [])
  return found['type'] === 'OBJECT' && found['properties'] === undefined ? undefined : found
}

/** A schema is no larger than this when its references are put in place: each may stand there many times. */
const most = 2000

interface Within {
  readonly root: Json
  /** So many schemas may still be made. */
  left: number
}

function converted(value: Json, within: Within, path: readonly string[]): Json {
  if (within.left-- <= 0) return { type: 'STRING' }
  const { root } = within
  const ref = asText(value['$ref'])
  if (ref !== undefined) {
    const target = path.includes(ref) ? undefined : pointed(root, ref)
    // What contains itself ends where it does: the form has no references.
    if (!target) return { type: 'OBJECT', ...texts(value) }
    return converted({ ...target, ...texts(value) }, within, [...path, ref])
  }
  const all = asArray(value['allOf']).map(one => asObject(one) ?? {})
  if (all.length > 0) {
    const { allOf: _, ...rest } = value
    const refs = all.map(one => asText(one['$ref'])).filter(ref => ref !== undefined)
    const parts = all.map(one => (path.includes(String(one['$ref'])) ? {} : resolved(one, root)))
    return converted(merged([rest, ...parts]), within, [...path, ...refs])
  }
  const { type, nullable } = typeOf(value)
  const out: Record<string, unknown> = {}
  const options = asArray(value['anyOf'] ?? value['oneOf']).map(one => asObject(one) ?? {})
  const real = options.filter(one => one['type'] !== 'null')
  if (real.length === 1 && options.length > 1) {
    const { anyOf: _, oneOf: __, ...rest } = value
    return { ...converted({ ...real[0], ...rest }, within, path), nullable: true }
  }
  if (real.length > 0) out['anyOf'] = real.map(one => converted(one, within, path))
  for (const name of shared) if (value[name] !== undefined) out[name] = value[name]
  if (nullable || real.length < options.length) out['nullable'] = true
  if (value['const'] !== undefined) out['enum'] = [value['const']]
  if (type.length > 1) out['anyOf'] = type.map(one => converted({ type: one }, within, path))
  const only = type.length === 1 ? type[0] : impliedType(value, out)
  if (only !== undefined) out['type'] = only.toUpperCase()
  if (Array.isArray(out['enum'])) {
    const listed = out['enum'].filter(one => one !== null)
    if (listed.length < out['enum'].length) out['nullable'] = true
    const isText = listed.length > 0 && listed.every(one => typeof one === 'string')
    // Only texts can be listed.
    if (isText && !out['anyOf'] && (out['type'] ?? 'STRING') === 'STRING') {
      out['type'] = 'STRING'
      out['enum'] = listed
    } else delete out['enum']
  }
  const format = asText(value['format'])
  if (format && only && formats[only]?.includes(format)) out['format'] = format
  if (out['type'] === 'ARRAY') {
    const items = asObject(value['items']) ?? asObject(asArray(value['prefixItems'])[0])
    out['items'] = items ? converted(items, within, path) : { type: 'STRING' }
  }
  const properties = Object.entries(asObject(value['properties']) ?? {})
  if (properties.length > 0) {
    out['properties'] = Object.fromEntries(
      properties.map(([name, one]) => [name, converted(asObject(one) ?? {}, within, path)]),
    )
  }
  if (Array.isArray(out['required'])) {
    // A name that is required and not described is refused.
    const known = out['required'].filter(name => properties.some(([one]) => one === name))
    if (known.length > 0) out['required'] = known
    else delete out['required']
  }
  return out
}

const texts = ({ title, description }: Json): Json => ({
  ...(title === undefined ? {} : { title }),
  ...(description === undefined ? {} : { description }),
})

function typeOf({ type }: Json): { readonly type: string[]; readonly nullable: boolean } {
  const all = (Array.isArray(type) ? type : [type]).filter(one => typeof one === 'string')
  return { type: all.filter(one => one !== 'null'), nullable: all.includes('null') }
}

function impliedType(value: Json, { anyOf }: Json): string | undefined {
  if (anyOf !== undefined) return undefined
  if (value['properties'] !== undefined) return 'object'
  return value['items'] === undefined && value['prefixItems'] === undefined ? undefined : 'array'
}

const resolved = (value: Json, root: Json): Json => {
  const ref = asText(value['$ref'])
  return ref === undefined ? value : (pointed(root, ref) ?? {})
}

/** The members of all, of which the last of a name counts. */
function together(all: readonly Json[]): Json {
  const object = {}
  for (const one of all) Object.assign(object, one)
  return object
}

/** Several schemas that all hold, as one. */
function merged(all: readonly Json[]): Json {
  const properties = all.map(one => asObject(one['properties']) ?? {})
  const required = all.flatMap(one => asArray(one['required']))
  return {
    ...together(all),
    ...(all.some(one => asObject(one['properties'])) ? { properties: together(properties) } : {}),
    ...(required.length > 0 ? { required: [...new Set(required)] } : {}),
  }
}

/** `#/$defs/x`; undefined for what is elsewhere, or nowhere. */
function pointed(root: Json, ref: string): Json | undefined {
  if (ref === '#') return root
  if (!ref.startsWith('#/')) return undefined
  let value: unknown = root
  for (const step of ref.slice(2).split('/')) {
    value = asObject(value)?.[decodeURIComponent(step).replaceAll('~1', '/').replaceAll('~0', '~')]
  }
  return asObject(value)
}

const counts = [
  'minItems',
  'maxItems',
  'minLength',
  'maxLength',
  'minProperties',
  'maxProperties',
] as const

/** Gemini's form of a schema as JSON Schema. */
export function jsonSchema(schema: Json): Json {
  const out: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(schema)) {
    const inner = asObject(value)
    if (name === 'type') out[name] = String(value).toLowerCase()
    else if (name === 'items' && inner) out[name] = jsonSchema(inner)
    else if (name === 'anyOf' || name === 'any_of') {
      out['anyOf'] = asArray(value).map(one => jsonSchema(asObject(one) ?? {}))
    } else if (name === 'properties' && inner) {
      out[name] = Object.fromEntries(
        Object.entries(inner).map(([key, one]) => [key, jsonSchema(asObject(one) ?? {})]),
      )
    } else if (!onlyGoogles.has(name)) out[camel(name)] = value
  }
  for (const name of counts) if (out[name] !== undefined) out[name] = Number(out[name])
  if (out['type'] === 'type_unspecified') delete out['type']
  if (out['format'] === 'enum') delete out['format']
  const { nullable, type } = { ...schema, ...out }
  if (nullable === true && typeof type === 'string') {
    out['type'] = [type, 'null']
    if (Array.isArray(out['enum'])) out['enum'] = [...out['enum'], null]
  } else if (nullable === true && Array.isArray(out['anyOf'])) {
    out['anyOf'] = [...out['anyOf'], { type: 'null' }]
  }
  return out
}

const onlyGoogles: ReadonlySet<string> = new Set([
  'nullable',
  'example',
  'propertyOrdering',
  'property_ordering',
])
