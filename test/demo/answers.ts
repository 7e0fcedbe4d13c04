import t from 'tap'
import { answer } from '../../src/demo/answers.ts'
import * as texts from '../../src/demo/texts.ts'

const ask = (prompt: string, more: Partial<Parameters<typeof answer>[0]> = {}) =>
  answer({ prompt, system: '', toolResult: undefined, variant: 0, ...more })

t.test('the poem about recursion', async t => {
  t.equal(
    ask('Compose a poem that explains the concept of recursion in programming.'),
    texts.recursionPoem,
  )
  t.equal(ask('a rhyme on recursive calls, please'), texts.recursionPoem)
  const stanzas = texts.recursionPoem.split('\n\n').slice(1)
  t.equal(stanzas.length, 6)
  for (const stanza of stanzas) t.equal(stanza.split('\n').length, 4)
  t.ok(stanzas.at(-1)?.endsWith(`go read "${texts.recursionPoem.split('\n')[0]}".`), 'recurses')
})

t.test('what is asked for decides', async t => {
  const cases: [prompt: string, said: string | RegExp][] = [
    ['Hello', texts.greetings[0]!],
    ['hi!', texts.greetings[0]!],
    ['ping', 'pong'],
    ['Say "OK".', 'OK'],
    ['please reply with exactly: a b', 'a b'],
    ['Say hello', 'hello'],
    ['Write a haiku', texts.haiku[0]!],
    ['a haiku about recursion', texts.recursionHaiku[0]!],
    ['Tell me a joke', texts.jokes[0]!],
    ['Write a poem about names', texts.namePoem],
    ['Write a poem about cats.', /neither is about "cats".*What's in a Name/s],
    ['Explain recursion', texts.recursion],
    ['What is a gateway?', texts.gateway],
    ['What is an alias?', texts.alias],
    ['How does streaming work?', texts.streaming],
    ['Who are you?', texts.whoAmI],
    ['help', texts.help],
    ['Write a function in Python', texts.code['python']!],
    ['Show me some code', texts.code['typescript']!],
    ['A curl line, please', texts.code['bash']!],
    ['Translate "good night" to Italian', 'Buonanotte'],
    ['translate thank you into german.', 'Danke'],
    ['translate toaster to German', /phrase book is thin/],
    ['translate hello to constructor', /phrase book is thin/],
    ['count to 3', '1, 2, 3'],
    ['count from 3 to 5', '3, 4, 5'],
    ['count from 5 to 3', /You asked/],
    ['What is 6 x 7?', '6 x 7 = 42'],
    ['0.1 + 0.2', '0.1 + 0.2 = 0.3'],
    ['7 / 2 =', '7 / 2 = 3.5'],
    ['1/0', /infinity/],
    ['what of 2024-04-09', /You asked/],
    ['Suggest a title for this', 'A talk with the demo provider'],
    ['What is the weather?', texts.weather[0]!],
    ['the meaning of life?', texts.life[0]!],
    ['thanks', texts.thanks[0]!],
    ['What does this program do?', /^You asked: "What does this program do"\./],
    ['', /^You asked nothing/],
  ]
  for (const [prompt, said] of cases)
    if (typeof said === 'string') t.equal(ask(prompt), said, prompt)
    else t.match(ask(prompt), said, prompt)
})

t.test('the fallback says who speaks and how to do better, and stays short', async t => {
  const said = ask('x '.repeat(10_000))
  t.match(said, 'I am the demo provider')
  t.ok(said.endsWith(texts.connect))
  t.ok(said.length < 700)
})

t.test('variants take turns', async t => {
  const jokes = [0, 1, 2, 3].map(variant => ask('a joke', { variant }))
  t.same(jokes, [...texts.jokes, texts.jokes[0]])
  t.equal(ask('a joke', { variant: -1 }), texts.jokes[1])
})

t.test('the system message has its say', async t => {
  t.match(ask('Hello', { system: 'You are a pirate.' }), /^Arr! Hello!.*matey\.$/s)
  t.equal(ask('Hello', { system: 'Be brief.' }), 'Hello!')
  const stanza = ask('poem about recursion', { system: 'Be concise.' })
  t.match(stanza, /^A task of three.*the rest\.$/s)
  t.equal(ask('write python code', { system: 'be brief' }), texts.code['python'])
  t.equal(ask('a haiku', { system: 'be brief' }), texts.haiku[0])
})

t.test('what a tool said comes back', async t => {
  t.equal(ask('joke', { toolResult: '12 °C' }), 'The tool says: "12 °C". I have nothing to add.')
})
