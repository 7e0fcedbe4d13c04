import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import t from 'tap'
import { bashReply, readBashLine } from '../../../src/cli/completion/bash-line.ts'

const breaks = ' \t\n"\'><=;|&(:'

t.test('words, the open quote, and what a reply leaves alone', async t => {
  const cases: readonly (readonly [string, readonly string[], string, string])[] = [
    ['gateway ', ['gateway', ''], '', ''],
    ['gateway  al', ['gateway', 'al'], '', ''],
    ['gateway a:b', ['gateway', 'a:b'], '', 'a:'],
    ['gateway --x=a:b', ['gateway', '--x=a:b'], '', '--x=a:'],
    ['gateway a\\ b', ['gateway', 'a b'], '', ''],
    ['gateway "a:b c', ['gateway', 'a:b c'], '"', ''],
    ["gateway 'a\\", ['gateway', 'a\\'], "'", ''],
    ['gateway "a\\"b" c', ['gateway', 'a"b', 'c'], '', ''],
    ['gateway x:"y', ['gateway', 'x:y'], '"', 'x:'],
    ['gateway ""', ['gateway', ''], '', ''],
    ['gateway a\\', ['gateway', 'a'], '', ''],
  ]
  for (const [text, words, quote, kept] of cases)
    t.same(readBashLine(text, breaks), { words, quote, kept }, text)
})

const bash = (() => {
  try {
    execFileSync('bash', ['-c', ':'])
    return {}
  } catch {
    return { skip: 'no bash' }
  }
})()

t.test('bash reads what is put in as the value, however its beginning was typed', bash, async t => {
  const value = fc.string({ unit: fc.constantFrom(...'ab:/=\'"\\$`!*?[]{}()<>&|;#~ é'.split('')) })
  const typed = fc.tuple(value, fc.nat(), fc.constantFrom('', '"', "'"))
  const samples = fc.sample(typed, 500).filter(([text]) => text !== '')
  const lines = samples.map(([text, at, quote]) => {
    const begun = text.slice(0, at % (text.length + 1))
    // As somebody would type it: it is the reply to nothing.
    const start = quote + bashReply(begun, { words: [], quote, kept: '' })
    const line = readBashLine(`gateway ${start}`, breaks)
    t.equal(line.words[1], begun, start)
    const reply = bashReply(text, line)
    // Readline puts the reply in the place of all that is not kept.
    const whole =
      quote === ''
        ? bashReply(line.kept, { words: [], quote, kept: '' }) + reply
        : quote + bashReply(line.kept, { words: [], quote, kept: '' }) + reply + line.quote
    return `printf '%s\\0' ${whole}`
  })
  const read = execFileSync('bash', ['--norc', '-c', lines.join('\n')])
    .toString()
    .split('\0')
  for (const [i, [text]] of samples.entries()) t.equal(read[i], text, lines[i]!)
})
