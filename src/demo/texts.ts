// What the demo provider knows by heart. Several texts for one topic: `n` choices get one after the other, `seed` begins
// at another.

/** How to reach a real model. Not `gateway restart`: it would keep --demo. */
export const connect =
  'To hear from a real model: export OPENAI_API_KEY=... && gateway stop && gateway start'

export const recursionPoem = `The Rest

A task of three was given me,
too tall to finish, plain to see;
I took one piece, the first of three,
and asked myself the rest.

    A task of two came down to me,
    the same, but smaller by degree;
    I took my piece, and faithfully
    I asked myself the rest.

        A task of one came down to me,
        as slight as any task can be;
        I took the last, yet, stubbornly,
        I asked myself the rest.

            A task of none came down to me:
            no piece to take, no call, no plea;
            the base case answered, quietly,
            and here, at last, was rest.

        So one took back what none had made,
    and two took that, and on it laid
its piece; and three, whose call had stayed,
came home with all the rest.

And should you ask how this was spun:
each verse is built from verse less one,
with one that knows when it is done.
For more, go read "The Rest".`

export const namePoem = `What's in a Name

I called for "fast", and something came
    as quick as one could ask;
I never learned its longer name,
    I only had a task.

They've moved it twice since I was here,
    it's other, and it's new,
but "fast" still answers, loud and clear,
    as "fast" is meant to do.

So give each thing a name to use
    that tells you what it's for,
and swap whatever name you choose
    behind the same old door.`

export const haiku = [
  'One name at the door,\nbehind it the models change.\nNo one has to knock.',
  'Tokens fall like rain,\neach one a small decision\nthe next one forgives.',
]

export const recursionHaiku = [
  'Call within a call,\nsmaller, smaller, then just one:\nthe way back is home.',
]

export const jokes = [
  'Why did the recursive function go to therapy? It could only talk about itself, and nobody had ever given it a base case.',
  'A load balancer walks into a bar. Nine times out of ten. The tenth time, it walks into the bar next door and orders the same.',
  'There are two hard things in computing: cache invalidation, naming things, and off-by-one errors. The gateway takes the naming off your hands.',
]

export const greetings = [
  'Hello! You have reached the demo provider, by way of a name. Ask me for a poem about recursion, a haiku, or a joke, and watch the words arrive one by one.',
  'Hi there! Nobody is paying for these tokens, so ask away. I am good at poems about recursion.',
]

export const whoAmI = `I am the demo provider: a small server on your own machine that answers in the shape of OpenAI's API. I am no model. I know a few texts by heart, choose one by the words of your question, and count my tokens honestly. No key is needed, nothing leaves this machine, and the same question always gets the same answer.

${connect}`

export const help = `I know a poem about recursion, a few haiku, and three jokes. I can explain recursion, streaming, aliases and this gateway; write a little code; translate a little; count, and add; use a tool, if you send one; and answer in JSON, if you ask for it. "Say ..." makes me repeat what follows.

I can misbehave, too, so that you can see what your program does about it: put demo:429, demo:500, demo:die, demo:hang or demo:slow into your message.`

export const gateway = `A gateway stands between your tools and the models. Tools ask it for a name that says what the model is for, "fast" or "smart"; it looks up what that name means today, adds the key, sends the request on, and brings the answer back as it comes. When a better model appears, you change one line, and no tool needs to know.

Try it while we talk: gateway alias add smart gpt-4-turbo`

export const alias = `An alias is a name of your own for a model. "fast" may mean gpt-3.5-turbo today and something else tomorrow: gateway alias add fast gpt-4o-mini --force. Tools keep asking for "fast"; the answer's "model" field says who really spoke. To see all your names and where they lead: gateway alias list`

export const streaming = `Streaming means that you read the first word while the last one is still being thought of. The server keeps the connection open and sends small events, each a line that begins with "data:" and holds the next few letters; the final one says [DONE]. Nothing gets faster, but waiting turns into reading, and that feels faster than anything.`

export const recursion = `Recursion is solving a problem by handing a smaller copy of it to yourself. Two things make it work: a step that makes the problem smaller, and a base case so small that the answer is plain. To count the people in a queue, ask the one before you how many stand in front, and add one; whoever has nobody in front says "none". That person is the base case, and without them the question would travel forever.`

export const code: Readonly<Record<string, string>> = {
  typescript: `\`\`\`typescript
/** How many ways lead up a stair of n steps, one or two at a time. */
function ways(n: number): number {
  if (n <= 1) return 1 // the base case: one way to stay where you are
  return ways(n - 1) + ways(n - 2)
}

console.log(ways(10)) // 89
\`\`\`

It reads as the sentence it is: the ways to the top are the ways to the last two steps. It also does the same work many times over; remember each answer in a Map, and the hundredth step is as quick as the tenth.`,
  python: `\`\`\`python
from functools import cache


@cache
def ways(n: int) -> int:
    """How many ways lead up a stair of n steps, one or two at a time."""
    if n <= 1:  # the base case: one way to stay where you are
        return 1
    return ways(n - 1) + ways(n - 2)


print(ways(10))  # 89
\`\`\`

It reads as the sentence it is: the ways to the top are the ways to the last two steps. Take @cache away, and it does the same work many times over.`,
  bash: `\`\`\`bash
curl http://localhost:8080/v1/chat/completions \\
  -H 'content-type: application/json' \\
  -d '{"model": "fast", "messages": [{"role": "user", "content": "Tell me a joke"}]}'
\`\`\`

Add "stream": true, and the answer comes word by word (curl -N keeps it from waiting).`,
}

export const thanks = [
  'You are welcome. It cost nothing, to the token.',
  'With pleasure. I had it by heart.',
]

export const life = ['Forty-two. The question is still being computed, recursively.']

export const weather = [
  'On this loopback interface: 127.0.0.1 degrees, no wind, and a steady drizzle of tokens. For the weather outside, send me a tool, or look out of the window.',
]

/** Phrases in the order of `phrases`. */
export const phrasebook: Readonly<Record<string, readonly string[]>> = {
  french: ['Bonjour', 'Merci', 'Bonjour', 'Bonne nuit', 'Au revoir', "Je t'aime"],
  german: ['Hallo', 'Danke', 'Guten Morgen', 'Gute Nacht', 'Auf Wiedersehen', 'Ich liebe dich'],
  spanish: ['Hola', 'Gracias', 'Buenos días', 'Buenas noches', 'Adiós', 'Te quiero'],
  italian: ['Ciao', 'Grazie', 'Buongiorno', 'Buonanotte', 'Arrivederci', 'Ti amo'],
  portuguese: ['Olá', 'Obrigado', 'Bom dia', 'Boa noite', 'Adeus', 'Eu te amo'],
  japanese: [
    'こんにちは',
    'ありがとう',
    'おはようございます',
    'おやすみなさい',
    'さようなら',
    '愛しています',
  ],
}

export const phrases = ['hello', 'thank you', 'good morning', 'good night', 'goodbye', 'i love you']
