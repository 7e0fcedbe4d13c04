// Writes src/config/schema-check.ts: Ajv's standalone code for config/gateway.schema.json. Ajv itself takes 65 ms to
// load and compile, which every command would pay; the code it writes takes 1 ms. `--check` only says whether it is stale.
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Ajv } from 'ajv'
import standalone from 'ajv/dist/standalone/index.js'

const schemaFile = new URL('../config/gateway.schema.json', import.meta.url)
const codeFile = new URL('../src/config/schema-check.ts', import.meta.url)

const ajv = new Ajv({
  allErrors: true,
  allowUnionTypes: true,
  // One kind of type may carry another's keywords: an alias is text with a pattern, or a mapping with properties.
  strictTypes: false,
  code: { source: true, esm: true, lines: true },
})
const check = ajv.compile(bare(JSON.parse(readFileSync(schemaFile, 'utf8'))))
const code = `// Written by scripts/schema.js from config/gateway.schema.json: change the schema, then run "node scripts/schema.js".
// biome-ignore-all format: generated
// biome-ignore-all lint: generated
// @ts-nocheck
${standalone.default(ajv, check).replace('"use strict";', '')}`

/** The schema without what only people read: the code would carry it along. */
function bare(schema, names = false) {
  if (Array.isArray(schema)) return schema.map(item => bare(item))
  if (typeof schema !== 'object' || schema === null) return schema
  const prose = ['title', 'description', 'errorMessage', 'examples', 'default']
  return Object.fromEntries(
    Object.entries(schema)
      // Below `properties` and `definitions` stand names, and one may be "description".
      .filter(([key]) => names || !prose.includes(key))
      .map(([key, value]) => [key, bare(value, !names && /^(properties|definitions)$/.test(key))]),
  )
}

if (code.includes('require('))
  throw new Error('the code needs Ajv at run time: a keyword of the schema is too much')
if (process.argv.includes('--check')) {
  if (readFileSync(codeFile, 'utf8') !== code) {
    console.error(`${fileURLToPath(codeFile)} is stale: node scripts/schema.js`)
    process.exitCode = 1
  }
} else writeFileSync(codeFile, code)
