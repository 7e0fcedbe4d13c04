import t from 'tap'
import { messagesWithBytes, urlsInMessages } from '../../../src/translate/messages/raw-sources.ts'

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

t.test('every source is found, and bytes stand in its place', async t => {
  t.strictSame(urlsInMessages(body), ['https://a/1.png', 'https://a/2.txt', 'https://a/3.png'])
  const png = { base64: 'AAAA', mime: 'image/png' }
  const sent = messagesWithBytes(
    body,
    new Map([
      ['https://a/1.png', png],
      [
        'https://a/2.txt',
        { base64: Buffer.from('words').toString('base64'), mime: 'text/markdown' },
      ],
      ['https://a/3.png', png],
    ]),
  )
  const bytes = { type: 'base64', media_type: 'image/png', data: 'AAAA' }
  const [image, , , result, plain] = body.messages[1]!.content as object[]
  t.strictSame((sent['messages'] as { content: object[] }[])[1]!.content, [
    { ...image, source: bytes },
    {
      type: 'document',
      title: 'T',
      source: { type: 'text', media_type: 'text/plain', data: 'words' },
    },
    { type: 'document', source: { type: 'content', content: [{ type: 'image', source: bytes }] } },
    {
      ...result,
      content: [
        { type: 'image', source: bytes },
        { type: 'text', text: 'x' },
      ],
    },
    plain,
  ])
  t.strictSame(messagesWithBytes(body, new Map()), body)
})
