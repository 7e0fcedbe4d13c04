import { GatewayError } from '../../errors.ts'
import { type ClientName, clientProtocols } from '../client-protocols.ts'
import { defineCommand } from '../command.ts'
import { needDaemon } from '../running.ts'
import { count, formatDuration } from '../units.ts'

const clients = Object.keys(clientProtocols) as ClientName[]

export const command = defineCommand({
  summary: 'send a prompt through the gateway and print the answer',
  details: [
    'The answer goes to stdout as it comes; a line on stderr says which model gave it, with its tokens and times. Ctrl-C ends the request, also upstream.',
  ],
  arguments: [
    {
      name: 'name',
      summary: 'an alias, a model or PROVIDER/MODEL',
      required: true,
      completes: 'name',
    },
    { name: 'prompt', summary: 'what to ask; read from stdin where that is a pipe or a file' },
  ],
  options: [
    {
      name: 'as',
      value: 'CLIENT',
      summary: `ask as a client of this protocol does: ${clients.join(', ')}`,
      completes: clients,
      parse(text): ClientName {
        const client = clients.find(name => name === text)
        if (client) return client
        throw new GatewayError('usage', {
          reason: `a client is one of ${clients.join(', ')}, not "${text}"`,
        })
      },
    },
    { name: 'system', value: 'TEXT', summary: 'a system message before the prompt' },
    { name: 'provider', value: 'PROVIDER', summary: 'address the request to this provider' },
    { name: 'no-stream', summary: 'ask for the answer in one piece' },
  ],
  examples: [
    'gateway test fast',
    'gateway test fast --as anthropic',
    'gateway test fast "Compose a poem that explains recursion."',
    'git diff | gateway test smart --system "Review this change."',
  ],
  async run({ name, prompt, as = 'openai', system, provider, 'no-stream': whole }, context) {
    const [{ askGateway }, { pipedText }] = await Promise.all([
      import('../ask.ts'),
      import('../input.ts'),
    ])
    const { status } = await needDaemon(context)
    const [url] = status.urls
    if (url === undefined)
      throw new GatewayError('request_failed', { reason: 'the gateway has no URL yet' })
    const interrupt = new AbortController()
    const onInterrupt = () => interrupt.abort()
    process.once('SIGINT', onInterrupt)
    try {
      return await askGateway({
        url,
        as,
        provider,
        model: name,
        system,
        prompt: prompt ?? (await pipedText(context.io.stdin)) ?? 'Hello, who are you?',
        stream: !whole,
        signal: interrupt.signal,
        onText: text => {
          if (!context.json) context.io.stdout.write(text)
        },
      })
    } catch (error) {
      if (interrupt.signal.aborted) return { cancelled: true as const }
      throw error
    } finally {
      process.off('SIGINT', onInterrupt)
    }
  },
  views: {
    talk: result => {
      if ('cancelled' in result) return ['cancelled']
      const { alias, target, model, usage, firstTokenMs, totalMs } = result
      const name = [...(alias ? [alias] : []), ...(target ? [target] : [])].join(' -> ')
      return [
        [
          `${name} (${model ?? 'no model named'})`,
          ...(usage ? [`${count(usage.in, 'token')} in, ${usage.out} out`] : []),
          ...(firstTokenMs === undefined ? [] : [`first token ${formatDuration(firstTokenMs)}`]),
          `total ${formatDuration(totalMs)}`,
        ].join(', '),
      ]
    },
    json: result => result,
    exit: result => ('cancelled' in result ? 130 : 0),
  },
})
