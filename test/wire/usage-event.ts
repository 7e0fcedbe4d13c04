import t from 'tap'
import { applySplices, scanBody } from '../../src/wire/json.ts'
import { askForUsage, withoutUsageEvent } from '../../src/wire/usage-event.ts'

t.test('asks for usage where a stream is asked for without it', async t => {
  const cases: readonly (readonly [string, string | undefined])[] = [
    ['{"n":1.0,"stream":true}', '{"n":1.0,"stream":true,"stream_options":{"include_usage":true}}'],
    [
      '{"stream_options":{"a":1e400},"stream":true}',
      '{"stream_options":{"a":1e400,"include_usage":true},"stream":true}',
    ],
    [
      '{"stream_options":{"include_usage":false},"stream":true}',
      '{"stream_options":{"include_usage":true},"stream":true}',
    ],
    [
      '{"stream_options":null,"stream":true}',
      '{"stream_options":{"include_usage":true},"stream":true}',
    ],
    ['{"stream_options":{"include_usage":true},"stream":true}', undefined],
    ['{"stream":false}', undefined],
    ['{"stream":true,"stream":false}', undefined],
    ['{}', undefined],
  ]
  for (const [body, wanted] of cases) {
    const bytes = Buffer.from(body)
    const splices = askForUsage({ bytes, scan: scanBody(bytes) })
    t.equal(applySplices(bytes, splices).toString(), wanted ?? body, body)
  }
})

t.test('the event with nothing but usage is taken out, and no other byte', async t => {
  const kept = [
    'data: {"choices":[{"delta":{"content":"é \\"choices\\":[]"}}],"usage":null}\n\n',
    ': word\n\n',
    'data: {"choices":[],"prompt_filter_results":[]}\r\n\r\n',
    'data: {"choices":[{"delta":{}}],"usage":{"prompt_tokens":1}}\n\n',
    'data: [DONE]\n\n',
  ]
  for (const usage of [
    'data: {"id":"1","choices":[],"usage":{"prompt_tokens":1}}\n\n',
    'event: x\r\ndata:{"choices" : [ ],"usage":{}}\r\n\r\n',
  ]) {
    const bytes = Buffer.from(kept.toSpliced(3, 0, usage).join(''))
    t.equal(withoutUsageEvent(bytes).toString(), kept.join(''), JSON.stringify(usage))
  }
})

t.test('lines of any number, without an end to their event, pass as they are', async t => {
  for (const line of ['data: {"choices":[]}\n', 'data: {"choices":[]}\r\n']) {
    const bytes = Buffer.from(line.repeat(50_000))
    t.ok(withoutUsageEvent(bytes).equals(bytes))
  }
})
