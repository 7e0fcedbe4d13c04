import assert from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import { applySplices, scanBody } from '../../src/wire/json.ts'
import { type Patch, patchObject } from '../../src/wire/patch.ts'

const patched = (text: string, patch: Partial<Patch>): string => {
  const body = Buffer.from(text)
  return applySplices(
    body,
    patchObject(body, scanBody(body), { set: {}, default: {}, remove: [], ...patch }),
  ).toString()
}

t.test('touches what it names and no other byte', async t => {
  const text = ' { "a" : 1.0 ,\n "b":[ {"a":2} ], "c" :{ "d":1e400 , "e":null } } '
  t.equal(patched(text, {}), text)
  t.equal(patched(text, { set: { a: 2 } }), text.replace('1.0', '2'))
  t.equal(patched(text, { set: { 'c.d': 'x' } }), text.replace('1e400', '"x"'))
  t.equal(patched(text, { set: { z: { y: 1 } } }), text.replace('null } }', 'null },"z":{"y":1} }'))
  t.equal(
    patched(text, { set: { 'c.f.g': 1, 'c.f.h': 2 } }),
    text.replace('null }', 'null,"f":{"g":1,"h":2} }'),
  )
  t.equal(
    patched(text, { default: { a: 9, 'c.e': 9, 'c.x': 9 } }),
    text.replace('null }', 'null,"x":9 }'),
  )
  t.equal(patched(text, { remove: ['b'] }), text.replace(' ,\n "b":[ {"a":2} ]', ''))
  t.equal(patched(text, { remove: ['nothing', 'c.nothing', 'x.y'] }), text)
})

t.test('into an empty object, and out of everything', async t => {
  t.equal(patched('{}', { set: { a: 1 }, default: { b: 2 } }), '{"b":2,"a":1}')
  t.equal(patched('{ }', { remove: ['a'] }), '{ }')
  t.equal(patched('{"a":1,"b":2}', { remove: ['a', 'b'] }), '{}')
  t.equal(patched('{"a":1,"b":2}', { remove: ['a', 'b'], set: { c: 3 } }), '{"c":3}')
  t.equal(patched('{"a":1,"b":2}', { remove: ['b'], set: { c: 3 } }), '{"a":1,"c":3}')
})

t.test('a member that is there twice is changed twice', async t => {
  t.equal(patched('{"a":1,"b":0,"a":2}', { set: { a: 3 } }), '{"a":3,"b":0,"a":3}')
  t.equal(patched('{"a":1,"b":0,"\\u0061":2}', { remove: ['a'] }), '{"b":0}')
})

t.test('a path into what is no object takes its place only to set', async t => {
  t.equal(patched('{"a":1}', { set: { 'a.b': 2 } }), '{"a":{"b":2}}')
  t.equal(patched('{"a":1}', { default: { 'a.b': 2 }, remove: ['a.c'] }), '{"a":1}')
})

const key = fc.constantFrom('a', 'b', 'c', 'd')
const leaf = fc.oneof(fc.integer(), fc.string(), fc.constant(null), fc.boolean())
const object = fc.dictionary(key, fc.oneof(leaf, fc.dictionary(key, leaf)))
const path = fc.oneof(
  key,
  fc.tuple(key, key).map(parts => parts.join('.')),
)

/** The same by plain assignment; undefined where paths contradict each other. */
function model(value: Record<string, unknown>, patch: Patch): unknown {
  const result = structuredClone(value)
  const walk = (parts: readonly string[], make: boolean): Record<string, unknown> | undefined => {
    let at: Record<string, unknown> = result
    for (const part of parts.slice(0, -1)) {
      const next = at[part]
      if (typeof next !== 'object' || next === null) {
        if (!make) return undefined
        at[part] = {}
      }
      at = at[part] as Record<string, unknown>
    }
    return at
  }
  for (const name of patch.remove) {
    const parts = name.split('.')
    const at = walk(parts, false)
    if (at) delete at[parts.at(-1)!]
  }
  for (const [name, to] of Object.entries(patch.set)) {
    const parts = name.split('.')
    walk(parts, true)![parts.at(-1)!] = to
  }
  return result
}

t.test('does what assignment does', async () => {
  fc.assert(
    fc.property(
      object,
      fc.dictionary(path, leaf, { maxKeys: 3 }),
      fc.array(path, { maxLength: 3 }),
      fc.constantFrom('', ' ', '\n  '),
      (value, set, remove, space) => {
        const all = [...Object.keys(set), ...remove]
        // `a` together with `a.b` has no one meaning.
        fc.pre(
          all.every((p, i) => all.every((q, j) => i === j || (p !== q && !q.startsWith(`${p}.`)))),
        )
        const patch = { set, default: {}, remove }
        const text = JSON.stringify(value, null, space)
        assert.deepEqual(JSON.parse(patched(text, patch)), model(value, patch))
      },
    ),
    { numRuns: 1000 },
  )
})
