import { readFile } from 'node:fs/promises'
import type { Fallback, Params, Timeouts } from '../../alias/alias.ts'
import type { Explanation } from '../../alias/explain.ts'
import { writeDuration } from '../../config/units.ts'
import type { ExplainTake, TargetState } from '../../control/api.ts'
import { GatewayError, reasonOf, short } from '../../errors.ts'
import { defineCommand } from '../command.ts'
import type { Context } from '../context.ts'
import type { Look } from '../output.ts'
import { promptLines } from '../prompt-lines.ts'
import { unwellWords } from '../unwell-words.ts'

/** What a name means: the resolution, and what is known of each of its targets. */
export interface Explained extends Explanation {
  /** From the config file, or from the running daemon. */
  readonly source: 'file' | 'daemon'
  readonly generation?: number
  readonly fallback: Fallback
  readonly states: readonly TargetState[]
  /** The body that the first target would get, where one was given. */
  readonly body?: string
}

export const command = defineCommand({
  summary: 'show what a name means, rule by rule',
  details: [
    'Walks the same rules as a request, and shows what each said, the aliases passed, the targets with their parameters, and what was dropped and why. From the config file, with the profile in use and the temporary aliases of the daemon over it; with --live as the running daemon has it, with the state of each target, and what its parameters are sent as.',
    'With --request the name is taken from the "model" of a JSON body, lists with weights are put in the order of that conversation, and the body is shown as the first target would get it.',
  ],
  arguments: [{ name: 'name', summary: 'the name a client asks for', completes: 'name' }],
  options: [
    {
      name: 'path',
      value: 'PATH',
      summary: 'as if sent to this path: /openai names the provider, /v1/messages the protocol',
    },
    { name: 'request', value: 'FILE', summary: 'a JSON request body, or - for stdin' },
    { name: 'live', summary: 'ask the running daemon' },
  ],
  examples: [
    'gateway explain fast',
    'gateway explain fast --path /openai --live',
    'gateway explain --request body.json --json',
  ],
  async run({ name, path, request, live }, context): Promise<Explained> {
    const body = request === undefined ? undefined : await readRequest(request, context)
    const asked = name ?? modelOf(body)
    if (asked === undefined) {
      throw new GatewayError('usage', { reason: 'name what to explain, or give a --request' })
    }
    const take: ExplainTake = {
      name: asked,
      ...(path === undefined ? {} : { path }),
      ...(body === undefined ? {} : { body: body.toString('utf8') }),
    }
    return live ? fromDaemon(take, context) : fromFile(take, context)
  },
  views: {
    human: (result, look) => humanView(result, look),
    json: result => result,
    exit: result => (result.error ? 1 : 0),
  },
})

async function readRequest(file: string, { io }: Context): Promise<Buffer> {
  if (file === '-') {
    const chunks: Buffer[] = []
    for await (const chunk of io.stdin) chunks.push(Buffer.from(chunk))
    return Buffer.concat(chunks)
  }
  return readFile(file).catch(error => {
    throw new GatewayError('request_failed', { reason: `cannot read ${file}: ${reasonOf(error)}` })
  })
}

function modelOf(body: Buffer | undefined): string | undefined {
  if (!body) return undefined
  try {
    const { model } = JSON.parse(body.toString('utf8'))
    return typeof model === 'string' ? model : undefined
  } catch (error) {
    throw new GatewayError('request_failed', {
      reason: `the request is not JSON: ${reasonOf(error)}`,
    })
  }
}

async function fromDaemon(take: ExplainTake, context: Context): Promise<Explained> {
  const { needDaemon } = await import('../running.ts')
  const { client } = await needDaemon(context)
  return { source: 'daemon', ...(await client.call('explain', take)) }
}

async function fromFile(take: ExplainTake, context: Context): Promise<Explained> {
  const [{ namesNow }, { compileAliases }, { explainRequest }] = await Promise.all([
    import('../names-now.ts'),
    import('../../alias/table.ts'),
    import('../../alias/explain.ts'),
  ])
  const { config } = await namesNow(context)
  const { explanation, body } = explainRequest(compileAliases(config), take)
  const states = explanation.targets.map(({ provider }): TargetState => {
    const found = config.providers.get(provider) ?? config.undeclared.get(provider)!
    return {
      baseUrl: found.baseUrl ?? null,
      api: found.api,
      credential: found.credential,
      timeouts: { ...found.timeouts, ...explanation.timeouts },
      ...(found.unavailable ? { problem: found.unavailable } : {}),
    }
  })
  const fallback = { ...config.fallback, ...explanation.fallback }
  return {
    source: 'file',
    ...explanation,
    fallback,
    states,
    ...(body === undefined ? {} : { body }),
  }
}

function humanView(result: Explained, { style }: Look): string {
  const bold = (text: string): string => style('bold', text)
  const dim = (text: string): string => style('dim', text)
  const { name, addressed, steps, dropped, targets, states, weighted, error, body, fallback } =
    result
  const to = addressed
    ? `, addressed to ${addressed.provider} by ${addressed.byPath ? 'the path' : 'defaultProvider'}`
    : ''
  const lines = [`${bold(short(name))}${to}`]
  let last = ''
  for (const { name: asked, depth, number, says, found } of steps) {
    const indent = '  '.repeat(depth + 1)
    if (asked !== last && depth > 0) lines.push(`${indent.slice(2)}${dim('then')} ${short(asked)}`)
    last = asked
    lines.push(
      found === undefined
        ? dim(`${indent}${number} ${says}: no`)
        : `${indent}${number} ${says}: ${bold(found)}`,
    )
  }
  for (const { what, why } of dropped) lines.push(`  dropped ${what}: ${why}`)
  if (error) {
    lines.push('', `leads nowhere: ${error.message}`)
    // What is being read is what this would have them run.
    const hint = error.hint?.replace(/ ?see: gateway explain .*/, '')
    if (hint) lines.push(`  ${hint}`)
  }
  targets.forEach(({ provider, model, via, params }, i) => {
    const state = states[i]!
    lines.push('', `${targets.length > 1 ? `${i + 1}. ` : ''}${bold(`${provider}/${model}`)}`)
    const fact = (what: string, says: string): void => {
      lines.push(`  ${dim(what.padEnd(10))} ${says}`)
    }
    if (via.length > 1) fact('by way of', via.join(' -> '))
    fact('base URL', state.baseUrl ?? `unknown: ${state.problem}`)
    const { credential, credentialState = credential } = state
    fact(
      'credential',
      credential === credentialState ? credential : `${credential}, ${credentialState}`,
    )
    fact('protocol', state.protocol ?? `speaks ${state.api}`)
    fact('timeouts', timeoutWords(state.timeouts))
    if (state.health) fact('health', unwellWords(state.health))
    for (const words of paramLines(params)) fact('parameter', words)
    for (const [key, value] of Object.entries(state.sent?.set ?? {})) {
      fact('sent as', `${key} = ${JSON.stringify(value)}`)
    }
    for (const key of state.sent?.dropped ?? []) fact('dropped', `${key}: it has no place there`)
  })
  if (targets.length > 0) lines.push('', dim(fallbackWords(fallback)))
  if (weighted) {
    lines.push(
      '',
      dim(
        weighted.sticky ? 'weights: a conversation keeps its target' : 'weights: each request anew',
      ),
    )
  }
  if (body !== undefined) lines.push('', dim('the body that is sent:'), body)
  return lines.join('\n')
}

const timeoutWords = (timeouts: Timeouts): string =>
  Object.entries(timeouts)
    .map(([name, ms]) => `${name} ${ms === 0 ? 'none' : writeDuration(ms)}`)
    .join(', ')

const fallbackWords = ({ on, attempts, budget }: Fallback): string =>
  on.length === 0
    ? 'what fails is not tried again'
    : `another attempt on ${on.join(', ')}; the last target ${attempts === 1 ? 'once' : `${attempts} times`}; ${budget === 0 ? 'at any time' : `within ${writeDuration(budget)}`}`

const paramLines = (params: Params): string[] => [
  ...Object.entries(params.set).map(([key, value]) => `${key} = ${JSON.stringify(value)}, always`),
  ...Object.entries(params.default).map(
    ([key, value]) => `${key} = ${JSON.stringify(value)}, where the client sends none`,
  ),
  ...params.remove.map(key => `${key} is removed`),
  ...promptLines(params.prompt),
]
