import { Ajv } from 'ajv'
import t from 'tap'
import { sample } from '../../src/demo/sample.ts'

t.test('what is built fits its schema', async t => {
  const schemas: object[] = [
    { type: 'object', properties: { a: { type: 'integer', minimum: 3 } }, required: ['a'] },
    { type: 'array', items: { type: 'string' }, minItems: 2 },
    { type: ['string', 'null'] },
    { enum: ['x', 'y'] },
    { const: 7 },
    { type: 'number', exclusiveMinimum: 0, maximum: 0.5 },
    { type: 'integer', exclusiveMinimum: 4 },
    { type: 'boolean' },
    { type: 'null' },
    { anyOf: [{ type: 'object', properties: {} }, { type: 'null' }] },
    { properties: { a: { default: 1 }, b: { examples: ['q'] } } },
    { items: { type: 'boolean' } },
    { $defs: { 'a/b': { type: 'boolean' } }, $ref: '#/$defs/a~1b' },
    {},
  ]
  const ajv = new Ajv({ strict: false })
  for (const schema of schemas) {
    const value = sample(schema, 'prompt')
    t.ok(ajv.validate(schema, value), `${JSON.stringify(schema)} -> ${JSON.stringify(value)}`)
  }
})

t.test('texts come from the prompt where the name says so', async t => {
  const text = (name: string, prompt: string) =>
    (sample({ properties: { [name]: { type: 'string' } } }, prompt) as Record<string, string>)[name]
  t.equal(text('city', 'How warm is it in New York today?'), 'New York')
  t.equal(text('location', 'weather?'), 'Paris')
  t.equal(text('query', 'cats'), 'cats')
  t.equal(text('colour', 'cats'), 'colour')
  t.equal(sample({ type: 'string', format: 'date' }, ''), '2025-01-31')
})

t.test('a schema that refers to itself, or to nothing, ends', async t => {
  const tree = { type: 'object', properties: { next: { $ref: '#' } } }
  t.match(JSON.stringify(sample(tree, '')), /^(\{"next":)+null\}+$/)
  t.same(sample({ $ref: '#/no/where' }, ''), {})
  t.same(sample({ $ref: '#/toString' }, ''), {})
  t.same(sample(undefined, ''), {})
})
