import t from 'tap'
import { bytesForUrls, urlsInMessages } from '../../../src/translate/messages/raw-sources.ts'
import type { Fetched } from '../../../src/translate/sources.ts'
import { applySplices, scanBody } from '../../../src/wire/json.ts'
import { atOnce } from '../../../src/wire/steps.ts'

const pointer = (url: string) => ({ type: 'url', url })
const body = {
  max_tokens: 1.0,
  messages: [
    { role: 'user', content: 'https://no.source/' },
    {
      role: 'user',
      content: [
        { type: 'image', source: pointer('https://a/1.png'), cache_control: { type: 'ephemeral' } },
        { type: 'document', source: pointer('https://a/2.txt'), title: 'T' },
        {
          type: 'document',
          source: {
            type: 'content',
            content: [{ type: 'image', source: pointer('https://a/1.png') }],
          },
        },
        {
          type: 'tool_result',
          tool_use_id: 't',
          content: [
            { type: 'image', source: pointer('https://a/3.png') },
            { type: 'text', text: 'x' },
          ],
        },
        { type: 'tool_result', tool_use_id: 'u', content: 'plain' },
      ],
    },
  ],
}

const scanned = (value: unknown) => {
  const bytes = Buffer.from(JSON.stringify(value).replace('"max_tokens":1', '"max_tokens": 1.0'))
  return { bytes, scan: scanBody(bytes) }
}
const withBytes = (value: unknown, fetched: Fetched): string => {
  const body = scanned(value)
  return applySplices(body.bytes, atOnce(bytesForUrls(body, fetched))).toString()
}

t.test('every source is found, and bytes stand in its place', async t => {
  t.strictSame(atOnce(urlsInMessages(scanned(body))), [
    'https://a/1.png',
    'https://a/2.txt',
    'https://a/3.png',
  ])
  const png = { base64: 'AAAA', mime: 'image/png' }
  const words = Buffer.from('words').toString('base64')
  const sent = withBytes(
    body,
    new Map([
      ['https://a/1.png', png],
      ['https://a/2.txt', { base64: words, mime: 'text/markdown' }],
      ['https://a/3.png', png],
    ]),
  )
  // No other byte changes.
  const wanted = scanned(body)
    .bytes.toString()
    .replaceAll(
      /\{"type":"url","url":"[^"]*png"\}/g,
      '{"type":"base64","media_type":"image/png","data":"AAAA"}',
    )
    .replace(
      '{"type":"url","url":"https://a/2.txt"}',
      '{"type":"text","media_type":"text/plain","data":"words"}',
    )
  t.equal(sent, wanted)
  t.equal(withBytes(body, new Map()), scanned(body).bytes.toString())
})

t.test('what is no source is left alone', async t => {
  for (const content of [
    'text',
    null,
    ['https://a/1.png', { source: 'https://a/1.png' }, { source: [] }, { source: null }],
    [{ source: { type: 'url', url: 7 } }, { source: { type: 7, url: 'https://a/1.png' } }],
    [{ source: { type: 'content', content: 'https://a/1.png' } }],
  ]) {
    t.same(
      atOnce(urlsInMessages(scanned({ messages: [{ role: 'user', content }, null, 'x'] }))),
      [],
    )
  }
  t.same(atOnce(urlsInMessages(scanned({ messages: 'https://a/1.png' }))), [])
  t.same(atOnce(urlsInMessages(scanned({}))), [])
})
