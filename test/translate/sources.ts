import t from 'tap'
import type { ImagePart, Message } from '../../src/translate/message.ts'
import { urlsIn, withBytes } from '../../src/translate/sources.ts'
import { request } from '../fixtures/far.ts'

const image = (url: string): ImagePart => ({ t: 'image', source: { url }, detail: 'low' })
const messages: Message[] = [
  { role: 'user', parts: [image('https://a/1'), { t: 'text', text: 'https://a/text' }] },
  {
    role: 'user',
    parts: [{ t: 'tool_result', id: 'c', parts: [image('https://a/2')] }, image('https://a/1')],
  },
]

t.test('each URL that is wanted is found once, in results of tools as well', async t => {
  t.strictSame(
    urlsIn(request({ messages }), () => true),
    ['https://a/1', 'https://a/2'],
  )
  t.strictSame(
    urlsIn(request({ messages }), url => url.endsWith('2')),
    ['https://a/2'],
  )
})

t.test('bytes take the place of the URLs that were fetched, and of nothing else', async t => {
  const bytes = { base64: 'AAAA', mime: 'image/png' }
  const { messages: after } = withBytes(request({ messages }), new Map([['https://a/2', bytes]]))
  t.strictSame(after, [
    messages[0],
    {
      role: 'user',
      parts: [
        { t: 'tool_result', id: 'c', parts: [{ t: 'image', source: bytes, detail: 'low' }] },
        image('https://a/1'),
      ],
    },
  ])
})
