// A case is a file: a `stream` of chunks, as values or as the bytes that they are, or a `whole` completion, of a provider of
// a `preset`; and what the answer `says`, or the `error` that it is. `about` tells whose trap it was.

import { readdirSync, readFileSync } from 'node:fs'
import t from 'tap'
import { ChatDecoder, decodeWhole } from '../../../src/translate/chat/decode-answer.ts'
import { Collector } from '../../../src/translate/collect.ts'
import type { AnswerEvent } from '../../../src/translate/message.ts'
import { quirksFor } from '../../../src/translate/quirks.ts'
import { joined, pieces } from '../../fixtures/answer-events.ts'
import { asked, far, request } from '../../fixtures/far.ts'

const folder = new URL('../../fixtures/translate/chat/', import.meta.url)

for (const file of readdirSync(folder).filter(name => name.startsWith('answer-'))) {
  const { about, preset, tools, toolNames, stream, whole, says, error } = JSON.parse(
    readFileSync(new URL(file, folder), 'utf8'),
  )
  const told = () =>
    asked({
      request: request({ tools: tools ?? [] }),
      toolNames: new Map(Object.entries(toolNames ?? {})),
      far: { ...far(), quirks: quirksFor(preset) },
    })
  const read = (chunks: readonly Buffer[]): AnswerEvent[] => {
    const decoder = new ChatDecoder(told())
    return joined([...chunks.flatMap(chunk => decoder.push(chunk)), ...decoder.end()])
  }
  t.test(`${file} ${about ?? ''}`, async t => {
    const bytes = Buffer.from(
      typeof stream === 'string'
        ? stream
        : (stream ?? [])
            .map((value: unknown) =>
              typeof value === 'string' ? value : `data: ${JSON.stringify(value)}\n\n`,
            )
            .join(''),
    )
    const events = whole ? decodeWhole(whole, told()) : read([bytes])
    const collector = new Collector()
    for (const event of events) collector.add(event)
    const { parts, finish, usage, id, model } = collector.answer()
    if (error) t.match(collector.error, error)
    else {
      t.equal(collector.error, undefined)
      t.strictSame(
        { parts, finish: finish.reason, usage, id, model },
        { usage: {}, id: 'c', model: 'm', ...says },
      )
    }
    t.equal(events.at(-1)?.t, error ? 'error' : 'end')
    t.notOk(wrong(events), 'blocks do not overlap')
    if (whole) return
    for (let i = 1; i < bytes.length; i++)
      if (
        JSON.stringify(read([bytes.subarray(0, i), bytes.subarray(i)])) !== JSON.stringify(events)
      )
        t.strictSame(read([bytes.subarray(0, i), bytes.subarray(i)]), events, `cut at ${i}`)
    t.strictSame(read(pieces(bytes, [1])), events, 'byte for byte')
  })
}

/** The first event that has no place where it stands. */
function wrong(events: readonly AnswerEvent[]): AnswerEvent | undefined {
  let open = false
  return events.find(event => {
    const { t } = event
    const within =
      t === 'text' || t === 'args' || t === 'signature' || t === 'citation' || t === 'close'
    const bad = within ? !open : t === 'open' || t === 'finish' ? open : false
    if (t === 'open') open = true
    if (t === 'close') open = false
    return bad
  })
}
