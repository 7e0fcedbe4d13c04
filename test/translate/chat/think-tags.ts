import fc from 'fast-check'
import t from 'tap'
import { ThinkTags } from '../../../src/translate/chat/think-tags.ts'

function read(pieces: readonly string[]) {
  const tags = new ThinkTags()
  const out = { thought: '', said: '' }
  for (const { thought, text } of [...pieces.flatMap(piece => tags.push(piece)), ...tags.end()]) {
    if (text === '') t.fail('an empty piece')
    out[thought ? 'thought' : 'said'] += text
  }
  return out
}

t.test(
  'Q4 thoughts are told from words wherever the text is cut: defilantech/LLMKube#1627',
  async t => {
    const texts: readonly (readonly [string, string, string])[] = [
      ['<think>hm</think>yes', 'hm', 'yes'],
      ['  \n<think>\n\nhm\n</think>\n\n yes </think>', 'hm\n', 'yes </think>'],
      ['<think>a </ b </thin c</think>', 'a </ b </thin c', ''],
      ['<think></think>yes', '', 'yes'],
      ['<think>on and on </thi', 'on and on </thi', ''],
      ['<reasoning>a </think> b</reasoning>yes', 'a </think> b', 'yes'],
      ['<think>a </reasoning> b</think>yes', 'a </reasoning> b', 'yes'],
      ['<reason', '', '<reason'],
      ['yes <think>no</think>', '', 'yes <think>no</think>'],
      ['<thin', '', '<thin'],
      [' <b>yes</b>', '', ' <b>yes</b>'],
      ['', '', ''],
    ]
    for (const [text, thought, said] of texts) {
      t.strictSame(read([text]), { thought, said }, text)
      for (let i = 1; i < text.length; i++) {
        t.strictSame(read([text.slice(0, i), text.slice(i)]), { thought, said }, `${text} at ${i}`)
      }
      t.strictSame(read([...text]), { thought, said }, text)
    }
  },
)

t.test('no text is lost, and no more is held than may be a tag', async t => {
  const piece = fc.constantFrom('<', 'think>', '<think>', '</think>', '</', ' ', 'x', 'yz')
  fc.assert(
    fc.property(fc.array(piece), pieces => {
      const whole = pieces.join('')
      const { thought, said } = read(pieces)
      const rest = whole.replace('<think>', '').replace('</think>', '').replaceAll(/\s/g, '')
      const tagged = whole.trimStart().startsWith('<think>')
      const got = (thought + said).replaceAll(/\s/g, '')
      if (got !== (tagged ? rest : whole.replaceAll(/\s/g, ''))) throw new Error(`${whole}: ${got}`)
    }),
  )
  t.pass()
})
