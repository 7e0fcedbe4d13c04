import t from 'tap'
import { renameInElements, renameInEvents, renameModel } from '../../src/wire/rename.ts'

const renamed = (text: string): string => renameModel(Buffer.from(text), 'fast').toString()

t.test('the model of a body, at the top and in what an event carries', async t => {
  t.equal(
    renamed('{"id":1.0,"model":"gpt-4o-2024","x":{"model":"kept"}}'),
    '{"id":1.0,"model":"fast","x":{"model":"kept"}}',
  )
  t.equal(
    renamed('{"type":"message_start","message":{"model":"c","usage":{}}}'),
    '{"type":"message_start","message":{"model":"fast","usage":{}}}',
  )
  t.equal(renamed('{"response":{"model":"g"}}'), '{"response":{"model":"fast"}}')
  t.equal(renamed('{"message":"text"}'), '{"message":"text"}')
  t.equal(renamed('\ufeff{"model":"g"}'), '\ufeff{"model":"fast"}')
  t.equal(renamed('{"modelVersion":"g-1","a":1.0}'), '{"modelVersion":"fast","a":1.0}')
  t.equal(
    renamed(' [{"a":1.0,"modelVersion":"g"}\n, 7,{"modelVersion":"g","x":["model"]}\n]'),
    ' [{"a":1.0,"modelVersion":"fast"}\n, 7,{"modelVersion":"fast","x":["model"]}\n]',
  )
})

t.test('what is no JSON comes back', async t => {
  for (const text of ['', '<html>', '{"model":', '[]', '[{"model":"x"', '[{"model":"x"} x'])
    t.equal(renamed(text), text)
})

t.test('elements of an array that is not whole, every other byte untouched', async t => {
  for (const [text, last] of [
    [' [', false],
    ['[{"modelVersion":"a","x":1.0}', false],
    [',\n{"modelVersion":"a"} ,{"b":["modelVersion"],"modelVersion":"a"}', false],
    [' ,{"modelVersion":"a"}\n]\n', true],
    ['[{"modelVersion":"a"}]', true],
    ['[]', true],
    ['\n]\n', true],
    [',{"x":"', false],
    ['"a"}', false],
  ] as const) {
    const renamed = renameInElements(Buffer.from(text), 'fast', last).toString()
    t.equal(renamed, text.replaceAll('"modelVersion":"a"', '"modelVersion":"fast"'))
  }
})

t.test('events: each line of data by itself, every other byte untouched', async t => {
  const text =
    ': ping\r\nevent: x\r\ndata: {"model":"a"}\r\n\r\ndata:{"model":"b", "n":1.0}\n\nid: {"model":"c"}\ndata: [DONE]\n\n'
  t.equal(
    renameInEvents(Buffer.from(text), 'fast').toString(),
    text.replace('"a"', '"fast"').replace('"b"', '"fast"'),
  )
  const cr = '\uFEFFdata: {"model":"a"}\r\rdata: {"model":"a"}\r\r'
  t.equal(renameInEvents(Buffer.from(cr), 'fast').toString(), cr.replaceAll('"a"', '"fast"'))
})
