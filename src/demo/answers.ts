import * as texts from './texts.ts'

/** What decides an answer. */
export interface Question {
  /** The text of the last user message. */
  readonly prompt: string
  /** The text of the system and developer messages; it may ask for brevity, or for a pirate. */
  readonly system: string
  /** What a tool returned, when that is what the conversation ends with. */
  readonly toolResult: string | undefined
  /** Which of several texts on one topic: `seed` plus the index of the choice. */
  readonly variant: number
}

/** The answer to a question: always the same one to the same question. */
export function answer(question: Question): string {
  if (question.toolResult !== undefined)
    return styled(`The tool says: ${quote(question.toolResult)}. I have nothing to add.`, question)
  const prompt = question.prompt.trim()
  for (const { when, say } of topics) {
    const match = when.exec(prompt)
    const found = match ? say(match, prompt) : undefined
    const list = typeof found === 'string' ? [found] : found
    if (list) return styled(list[Math.abs(question.variant) % list.length]!, question)
  }
  return fallback(prompt)
}

/** What it says to itself before it answers, when it is asked to think. */
export function thoughts(prompt: string, toolResult: string | undefined): string {
  return toolResult === undefined
    ? `They ask: ${quote(prompt)}. I know a few texts by heart; let me see which of them fits.`
    : `The tool has answered ${quote(toolResult)}. I had better say so.`
}

interface Topic {
  readonly when: RegExp
  /** Undefined: not this topic after all. */
  readonly say: (match: RegExpExecArray, prompt: string) => string | readonly string[] | undefined
}

/** In order: the first that matches speaks. */
const topics: readonly Topic[] = [
  {
    when: /^(?:please\s+)?(?:say|repeat|reply with|answer with|echo)\b(?:\s+(?:only|just|exactly))?:?\s+(\S.*)$/is,
    say: match => unquote(match[1]!),
  },
  { when: /^ping\W*$/i, say: () => 'pong' },
  {
    when: /\b(?:poem|poetry|verses?|rhymes?|sonnet|ballad|song|ode)\b/i,
    say: (_, prompt) => (/recurs/i.test(prompt) ? texts.recursionPoem : anotherPoem(prompt)),
  },
  {
    when: /\bhaikus?\b/i,
    say: (_, prompt) => (/recurs/i.test(prompt) ? texts.recursionHaiku : texts.haiku),
  },
  { when: /\b(?:jokes?|funny|make me laugh)\b/i, say: () => texts.jokes },
  { when: /\btranslat\w*\b/i, say: (_, prompt) => translation(prompt) },
  { when: /\bcount (?:up )?(?:from (\d{1,4}) )?to (\d{1,4})\b/i, say: match => counted(match) },
  {
    when: /^(?:what(?:'s| is)|calculate|compute|how much is)?\s*(-?\d{1,9}(?:\.\d{1,6})?)\s*([-+*×x/÷])\s*(-?\d{1,9}(?:\.\d{1,6})?)[\s=?.]*$/i,
    say: sum,
  },
  { when: /\bcurl\b|\b(?:bash|shell)\b.*\b(?:script|command)\b/i, say: () => texts.code['bash'] },
  {
    when: /\b(?:code|function|program|script|snippet)\b/i,
    say: (_, prompt) =>
      !/\b(?:write|show|give|example|implement|code)\b/i.test(prompt)
        ? undefined
        : texts.code[/python/i.test(prompt) ? 'python' : 'typescript'],
  },
  {
    when: /\b(?:generate|write|suggest|create)\b.*\btitle\b/is,
    say: () => 'A talk with the demo provider',
  },
  {
    when: /\bwho (?:are|r) (?:you|u)\b|\bwhat are you\b|\b(?:what|which) model\b|\byour name\b/i,
    say: () => texts.whoAmI,
  },
  { when: /\brecursi(?:on|ve)\b/i, say: () => texts.recursion },
  { when: /\b(?:streaming|server-sent|sse)\b/i, say: () => texts.streaming },
  { when: /\balias(?:es)?\b/i, say: () => texts.alias },
  { when: /\bgateway\b/i, say: () => texts.gateway },
  { when: /^help\b|\bwhat can you do\b|\bhelp me\W*$/i, say: () => texts.help },
  { when: /\bweather\b|\bforecast\b/i, say: () => texts.weather },
  { when: /\bmeaning of life\b/i, say: () => texts.life },
  { when: /\b(?:thanks|thank you|thx)\b/i, say: () => texts.thanks },
  {
    when: /^(?:hello|hi|hey|hallo|good (?:morning|evening|day)|greetings|howdy)\b/i,
    say: () => texts.greetings,
  },
]

function anotherPoem(prompt: string): string {
  const subject = /\b(?:about|on|for)\s+(.+?)[.?!]*$/i.exec(prompt)?.[1]
  if (!subject || /\b(?:names?|alias(?:es)?|gateways?|models?)\b/i.test(subject))
    return texts.namePoem
  return `I know two poems, and neither is about ${quote(subject)}. This one is about names; the other is about recursion, if you care to ask.\n\n${texts.namePoem}`
}

function translation(prompt: string): string {
  const match = /translat\w*\s*:?\s*["“']?(.+?)["”']?\s+(?:in)?to\s+(\p{L}+)/iu.exec(prompt)
  const language = match?.[2]?.toLowerCase() ?? ''
  const phrase = (match?.[1] ?? '').toLowerCase().replace(/\W+$/, '')
  const words = Object.hasOwn(texts.phrasebook, language) ? texts.phrasebook[language] : undefined
  return (
    words?.[texts.phrases.indexOf(phrase)] ??
    `My phrase book is thin: ${texts.phrases.join(', ')}; in ${Object.keys(texts.phrasebook).map(capital).join(', ')}. Ask me to translate one of them, e.g. "translate good night to Italian".`
  )
}

function counted(match: RegExpExecArray): string | undefined {
  const from = Number(match[1] ?? 1)
  const length = Number(match[2]) - from + 1
  if (length < 1 || length > 1000) return undefined
  return Array.from({ length }, (_, i) => from + i).join(', ')
}

function sum([, left, sign, right]: RegExpExecArray): string | undefined {
  const [a, b] = [Number(left), Number(right)]
  const results: Record<string, number> = { '+': a + b, '-': a - b, '/': a / b, '÷': a / b }
  const result = results[sign!] ?? a * b
  if (!Number.isFinite(result)) return 'That way lies infinity. There is no base case.'
  return `${left} ${sign} ${right} = ${Number(result.toFixed(6))}`
}

function fallback(prompt: string): string {
  const asked =
    prompt === ''
      ? 'You asked nothing, and I answer gladly.'
      : `You asked: ${quote(prompt)}. A fine question, and one for a real model.`
  return `${asked} I am the demo provider: I know a few texts by heart, and yours is not among them. Try "Compose a poem about recursion", "a haiku", "a joke", or "help".

${texts.connect}`
}

/** What the system message asks of every answer, as far as it is cheap to give. */
function styled(text: string, { system }: Question): string {
  const brief = /\b(?:brief|briefly|concise|concisely|terse|one sentence|short answers?)\b/i.test(
    system,
  )
  const said = brief ? firstOf(text) : text
  return /\bpirate\b/i.test(system) ? `Arr! ${said}\n\nFair winds, matey.` : said
}

/** The first sentence of prose; the first stanza of a verse, after its title. */
function firstOf(text: string): string {
  if (text.startsWith('```')) return text
  const [first = '', second] = text.split('\n\n')
  if (second?.includes('\n') && !first.includes('\n')) return second
  return first.includes('\n') ? first : (/^.+?[.!?](?=\s|$)/.exec(first)?.[0] ?? first)
}

/** In quotes, and no longer than a person reads. */
function quote(text: string): string {
  const line = text.replace(/\s+/g, ' ').replace(/[.?!\s]+$/, '')
  return `"${line.length > 200 ? `${line.slice(0, 199)}…` : line}"`
}

function unquote(text: string): string {
  return /^(["'“])(.*)["'”][.!]?$/s.exec(text)?.[2] ?? text
}

const capital = (word: string): string => word.slice(0, 1).toUpperCase() + word.slice(1)
