// The shape of a config: what the schema says, in words for whoever wrote the file. What may hold a secret is not shown.

import { readFileSync } from 'node:fs'
import type { ErrorObject } from 'ajv'
import { nearest } from '../nearest.ts'
import type { Path } from './parse.ts'
import { presets } from './presets.ts'
import { validate as generated } from './schema-check.ts'

const checkSchema = generated as unknown as {
  (value: unknown): boolean
  errors?: ErrorObject[] | null
}

/** A problem before its position is known. */
export interface Found {
  readonly path: Path
  /** Which of the two the problem is with; the value unless told. */
  readonly at?: 'key' | 'value'
  readonly message: string
  readonly hint?: string | undefined
  readonly severity?: 'warning'
}

export type Raw = Readonly<Record<string, unknown>>

/** What of a value is not as the schema wants it. */
export function checkShape(value: unknown): Found[] {
  if (checkSchema(value)) return []
  return (
    (checkSchema.errors ?? [])
      // These two only say that something below them is wrong, which has an error of its own.
      .filter(({ keyword }) => keyword !== 'propertyNames' && keyword !== 'if')
      .map(error => describe(error, value))
  )
}

interface Schema {
  readonly $ref?: string
  readonly definitions?: Readonly<Record<string, Schema>>
  readonly properties?: Readonly<Record<string, Schema>>
  readonly additionalProperties?: Schema | boolean
  readonly propertyNames?: Schema
  readonly items?: Schema
  readonly then?: Schema
  readonly errorMessage?: string
}

let root: Schema | undefined

/** The part of the schema that speaks of `path`. Read only now: a good config has no need of it. */
function schemaAt(path: Path): Schema {
  root ??= JSON.parse(
    readFileSync(new URL('../../config/gateway.schema.json', import.meta.url), 'utf8'),
  ) as Schema
  return path.reduce<Schema>((at, part) => {
    const named = at.properties
    const below =
      named && Object.hasOwn(named, part) ? named[part] : (at.items ?? at.additionalProperties)
    return resolve(typeof below === 'object' ? below : {})
  }, root)
}

function resolve(schema: Schema): Schema {
  if (schema.$ref !== undefined) return resolve(root!.definitions![schema.$ref.split('/').at(-1)!]!)
  return schema.then ? resolve(schema.then) : schema
}

function describe(error: ErrorObject, document: unknown): Found {
  const path = pointer(error.instancePath).map(part => part as string | number)
  let value = document
  for (const [i, part] of path.entries()) {
    if (Array.isArray(value)) path[i] = Number(part)
    value = (value as Raw)[part]
  }
  const wanted = schemaAt(path)
  if (error.keyword === 'additionalProperties')
    return unknownKey(path, error.params['additionalProperty'], Object.keys(wanted.properties!))
  if (error.keyword === 'required')
    return { path, message: `found no key "${error.params['missingProperty']}"` }
  if (error.propertyName !== undefined)
    return {
      path: [...path, error.propertyName],
      at: 'key',
      message: `found the name ${show(error.propertyName)}, wanted ${resolve(wanted.propertyNames ?? {}).errorMessage}`,
    }
  if (error.keyword === 'enum') {
    const words = error.params['allowedValues'] as string[]
    const near = typeof value === 'string' ? nearest(value, words, 1) : []
    return {
      path,
      message: `found ${show(value)}, wanted one of ${words.join(', ')}`,
      hint: near.length ? `did you mean "${near[0]}"?` : undefined,
    }
  }
  const last = path.at(-1)
  if (path[0] === 'providers' && path[2] === 'credential')
    return {
      path,
      message: `found text that is no reference, wanted ${wanted.errorMessage}`,
      hint: `a key does not belong in this file: keep it with "gateway credential set ${path[1]}", and write credential: store:${path[1]}`,
    }
  const secret = path[0] === 'providers' && (path[2] === 'headers' || last === 'baseUrl')
  return {
    path,
    message: `found ${secret ? kindOf(value) : show(value)}, wanted ${wanted.errorMessage}`,
  }
}

/** What people write from the memory of other programs. */
const otherNames: Readonly<Record<string, string>> = {
  apikey: 'credential',
  key: 'credential',
  token: 'credential',
  secret: 'credential',
  auth: 'credential',
  url: 'baseUrl',
  apibase: 'baseUrl',
  endpoint: 'baseUrl',
  type: 'api',
  protocol: 'api',
  fallbacks: 'targets',
  params: 'set',
  port: 'listen',
  host: 'listen',
  default: 'defaultProvider',
}

function unknownKey(parent: Path, key: string, known: readonly string[]): Found {
  const other = otherNames[key.toLowerCase().replaceAll(/[-_]/g, '')]
  const near =
    nearest(key, known, 1)[0] ?? (other !== undefined && known.includes(other) ? other : undefined)
  const hint = near
    ? `did you mean "${near}"?`
    : parent.length === 0 && presets.has(key)
      ? `providers stand under providers:`
      : `known here: ${known.join(', ')}`
  return { path: [...parent, key], at: 'key', message: `unknown key ${show(key)}`, hint }
}

function pointer(text: string): string[] {
  return text
    .split('/')
    .slice(1)
    .map(part => part.replaceAll('~1', '/').replaceAll('~0', '~'))
}

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return 'nothing'
  if (Array.isArray(value)) return value.length ? 'a list' : 'an empty list'
  if (typeof value === 'object') return 'a mapping'
  return typeof value === 'string' ? 'text' : `a ${typeof value}`
}

/** A value as a problem shows it. */
export function show(value: unknown): string {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  if (typeof value !== 'string') return kindOf(value)
  return JSON.stringify(value.length > 60 ? `${value.slice(0, 57)}...` : value)
}
