import type { Resolution, Target } from '../alias/resolve.ts'
import { GatewayError } from '../errors.ts'
import { offers, type Provider } from '../providers/provider.ts'
import {
  type CountingClient,
  counters,
  countIn,
  countingClients,
  countRequest,
} from '../translate/counting.ts'
import { exactJson } from '../translate/exact.ts'
import { requestHeaders } from '../translate/headers.ts'
import type { ModelRequest } from '../translate/message.ts'
import { estimateInSteps } from '../translate/messages/count-tokens.ts'
import { hostedBody, hostedRequest } from '../translate/messages/hosted.ts'
import { withMeant } from '../translate/parameters.ts'
import { counterTo } from '../translate/routes.ts'
import { AnswerFault } from '../translate/translation.ts'
import { WholeAnswer } from '../translate/whole-answer.ts'
import { jsonPieces } from '../wire/json-pieces.ts'
import type { Steps } from '../wire/steps.ts'
import { inPieces } from './draft.ts'
import type { Inference } from './inference.ts'
import { modelFacts } from './model-facts.ts'
import { clientRequest, parametersOf } from './parameters.ts'
import { type Plan, planFor } from './plan.ts'
import { takeSteps } from './take-steps.ts'
import { type Asked, codecFor, counting, farFor, isLong } from './way.ts'

/** A count is wanted between two turns of a conversation: whoever takes longer to give it gives none. Milliseconds. */
const patience = 10_000

/** Of a counter that speaks the client's protocol: it is not there, or not at its best. What else it says is the answer. */
const isAbsent = (reason: string): boolean => /^(404|405|5\d\d|upstream_.*)$/.test(reason)

/** What is to be counted, and for whom. */
interface Count {
  readonly asked: Asked
  readonly target: Target
  readonly provider: Provider
  readonly client: CountingClient
  /** Once it was read. */
  request?: ModelRequest
}

/**
 * How to answer how many tokens a request has for its first target: by whoever counts there, in the client's protocol if
 * may be, and by an estimate that seldom is too low where nobody does, or fails to: a client that is told too few compacts
 * its conversation too late. Undefined where it is no such request.
 */
export function countingOf(
  asked: Asked,
  resolution: Resolution,
  target: Target,
): Inference | undefined {
  const { exchange, operation } = asked
  const client = countingClients[operation.path]
  if (!client) return undefined
  const { timeouts, fallback, alias, name } = resolution
  const provider = exchange.snapshot.providers.get(target.provider)!
  const native = offers(provider, operation, target.model) && !provider.api.claude
  const count: Count = { asked, target, provider, client }
  const answer = (tokens: number, reason: string): void => {
    const [, , ...headers] = exchange.responseHeaders(
      alias,
      `${target.provider}/${target.model}`,
      name,
    )
    const why = /^(not_offered|untranslatable)$/.test(reason) ? '' : `; counter=${reason}`
    exchange.json(200, client.encode(tokens), [...headers, 'x-gateway-estimate', `tokens${why}`])
  }
  return {
    resolution: {
      ...resolution,
      timeouts: { ...timeouts, total: Math.min(timeouts.total || patience, patience) },
      fallback: { ...fallback, attempts: 1 },
    },
    targets: [target],
    isLong: isLong(asked),
    plan: () => (native ? planFor(asked, target, provider) : counterPlan(count)),
    instead: reason => {
      if (native && !isAbsent(reason)) return false
      takeSteps(exchange, isLong(asked), estimated(count), tokens => answer(tokens, reason))
      return true
    },
  }
}

function* requestIn(count: Count): Steps<ModelRequest> {
  const { asked, target, provider, client } = count
  if (count.request) return count.request
  const { client: own, meant } = parametersOf(target, client.asking, 'converse', provider)
  const raw = yield* clientRequest(asked, target, own)
  count.request = withMeant(yield* client.decode(raw, target.model), meant)
  return count.request
}

function* estimated(count: Count): Steps<number> {
  const { asked, target } = count
  const request = yield* requestIn(count)
  return yield* estimateInSteps(request, modelFacts(asked.exchange, target.model))
}

/** How a provider is asked that counts in another protocol, or at a cloud. Throws `not_offered` where none does. */
function* counterPlan(count: Count): Steps<Plan> {
  const { asked, target, provider, client } = count
  const { exchange, operation } = asked
  const { model } = target
  const spoken = counterTo(client.asking, counting(provider, model))
  const codec = spoken && codecFor(provider, spoken)
  if (!codec) {
    throw new GatewayError('not_offered', {
      provider: provider.name,
      endpoint: operation.path,
      reason: 'it does not count',
    })
  }
  const far = farFor(exchange, target, provider)
  const { body, headers = [] } = yield* codec.encodeRequest(yield* requestIn(count), far)
  const given = [...requestHeaders(exchange.req.rawHeaders, spoken), ...headers]
  const { claude } = provider.api
  const hosted = claude && spoken === 'messages' ? hostedRequest(claude, given) : undefined
  const sent = hosted ? hostedBody(body, hosted) : body
  return {
    operation: { protocol: spoken, path: counters[spoken] },
    query: '',
    headers: hosted?.headers ?? given,
    ...inPieces(yield* jsonPieces(countRequest(spoken, sent, model, claude), exactJson)),
    translate: () =>
      new WholeAnswer(answer => {
        const tokens = countIn(answer)
        if (tokens === undefined) throw new AnswerFault('it is no count')
        return client.encode(tokens)
      }),
  }
}
