import fc from 'fast-check'
import t from 'tap'
import { Blocks } from '../../src/translate/blocks.ts'
import { Collector } from '../../src/translate/collect.ts'
import type { AnswerEvent, OpenBlock } from '../../src/translate/message.ts'

const call = (id: string): OpenBlock => ({ t: 'tool_call', id, name: `n${id}`, kind: 'function' })
const text: OpenBlock = { t: 'text' }

const collected = (events: readonly AnswerEvent[]) => {
  const collector = new Collector()
  for (const event of events) collector.add(event)
  return collector.answer().parts
}

t.test('what comes mixed is put in order', async t => {
  const blocks = new Blocks()
  const events = [
    ...blocks.say('t', text, 'Look'),
    ...blocks.say('a', call('a'), '{"x":'),
    ...blocks.say('b', call('b'), '{"y":'),
    ...blocks.say('t', text, 'ing'),
    ...blocks.say('a', call('a'), '1}'),
    ...blocks.say('b', call('b'), '2}'),
    ...blocks.sign('b', { vendor: 'google', value: 's' }),
    ...blocks.say('a', call('a'), '{"x":1}'),
    ...blocks.close(),
  ]
  t.strictSame(
    collected(events).map(part => ('args' in part ? part.args : 'text' in part ? part.text : '')),
    ['Look', '{"x":1}', '{"y":2}', 'ing'],
  )
})

t.test('a signature waits with its call', async t => {
  const blocks = new Blocks()
  const events = [
    ...blocks.say('a', call('a'), ''),
    ...blocks.say('b', call('b'), '{}'),
    ...blocks.sign('b', { vendor: 'google', value: 's' }),
    ...blocks.close(),
  ]
  t.match(collected(events), [
    { id: 'a', args: '' },
    { id: 'b', args: '{}', signature: { value: 's' } },
  ])
})

t.test(
  'blocks never overlap, and no call is lost or doubled, whatever comes in which order',
  async t => {
    const step = fc.record({
      key: fc.constantFrom('t', 'r', 'a', 'b', 'c'),
      text: fc.constantFrom('', '{', '}', '"', '\\', '[]', 'x', '{"k":"}"}'),
    })
    t.doesNotThrow(() =>
      fc.assert(
        fc.property(fc.array(step), steps => {
          const blocks = new Blocks()
          const events: AnswerEvent[] = []
          const opened = new Set<string>()
          for (const { key, text: said } of steps) {
            const block: OpenBlock =
              key === 't' ? text : key === 'r' ? { t: 'reasoning' } : call(key)
            if (block.t === 'tool_call') opened.add(key)
            events.push(...blocks.say(key, block, said))
          }
          events.push(...blocks.close())
          let open = false
          for (const event of events) {
            if (event.t === 'open') {
              if (open) return false
              open = true
            } else if (!open) return false
            if (event.t === 'close') open = false
            if ((event.t === 'text' || event.t === 'args') && event.text === '') return false
          }
          const ids = collected(events).flatMap(part => (part.t === 'tool_call' ? [part.id] : []))
          return !open && ids.length === opened.size && new Set(ids).size === opened.size
        }),
      ),
    )
  },
)
