import type { Timeouts } from '../alias/alias.ts'
import { type ExplainedTarget, explainRequest } from '../alias/explain.ts'
import type { ExplainGive, ExplainTake, TargetState, UnwellTarget } from '../control/api.ts'
import { GatewayError } from '../errors.ts'
import type { Provider } from '../providers/provider.ts'
import { providerItself } from '../server/endpoints.ts'
import { modelFacts } from '../server/model-facts.ts'
import { pairOf, type Question, questionTo } from '../server/pair.ts'
import type { Snapshot } from '../server/snapshot.ts'
import { parametersAt } from '../server/way.ts'
import type { Operation, Protocol } from '../wire/protocol.ts'

/** What a name means in a snapshot, and what that snapshot knows of each target. */
export function explainLive(
  snapshot: Snapshot,
  take: ExplainTake,
  unwell: readonly UnwellTarget[],
): ExplainGive {
  const { explanation, body } = explainRequest(snapshot.resolver.table, take)
  const question = questionAt(snapshot, take.path)
  return {
    ...explanation,
    generation: snapshot.generation,
    fallback: { ...snapshot.config.fallback, ...explanation.fallback },
    states: explanation.targets.map(target => {
      const { provider, model } = target
      const health = unwell.find(({ target }) => target === `${provider}/${model}`)
      return {
        ...sentTo(snapshot, question?.operation, target),
        ...stateOf(snapshot.providers.get(provider)!, explanation.timeouts),
        ...(question
          ? {
              protocol: protocolState(snapshot, snapshot.providers.get(provider)!, question, model),
            }
          : {}),
        ...(health ? { health } : {}),
      }
    }),
    ...(body === undefined ? {} : { body }),
  }
}

function sentTo(
  snapshot: Snapshot,
  operation: Operation | undefined,
  target: ExplainedTarget,
): Pick<TargetState, 'sent'> {
  const { set, default: other } = target.params
  if (!operation || Object.keys(set).length + Object.keys(other).length === 0) return {}
  const provider = snapshot.providers.get(target.provider)!
  try {
    const said = parametersAt({ snapshot }, operation, target, provider)
    return said
      ? { sent: { set: { ...said.patch.default, ...said.patch.set }, dropped: said.dropped } }
      : {}
  } catch (error) {
    // A value that its protocol does not have: requests are told.
    if (error instanceof GatewayError) return {}
    throw error
  }
}

function stateOf(provider: Provider, timeouts: Partial<Timeouts>): TargetState {
  const { config, credential, origin, basePath } = provider
  return {
    baseUrl: origin === undefined ? null : origin + basePath,
    api: config.api,
    credential: config.credential,
    credentialState: credential.missing?.reason ?? credential.kind + refusal(credential.refused),
    timeouts: { ...config.timeouts, ...timeouts },
    ...(config.unavailable && origin === undefined ? { problem: config.unavailable } : {}),
  }
}

const refusal = (at: Date | undefined): string =>
  at === undefined ? '' : `, refused by the provider at ${at.toISOString()}`

const protocols: Readonly<Record<Protocol, string>> = {
  chat: 'Chat Completions',
  responses: 'Responses',
  messages: 'Messages',
  gemini: "Gemini's API",
  converse: 'Converse',
  completions: 'Completions',
  embeddings: 'Embeddings',
  media: "OpenAI's API",
  invoke: 'InvokeModel',
}

function protocolState(
  snapshot: Snapshot,
  provider: Provider,
  question: Question,
  model: string,
): string {
  const { how, to } = pairOf(question, provider, model, modelFacts({ snapshot }, model))
  switch (how) {
    case 'passed':
      return 'passed as it is'
    case 'framed':
      return 'passed, in the form of its host'
    case 'translated':
      return `translated to ${protocols[to!.protocol]}`
    case 'estimated':
      return 'estimated: nobody counts there'
    case 'none':
      return `not offered: it speaks ${provider.api.says}`
    default:
      return how satisfies never
  }
}

/** What a request to this path asks of a model; a chat completion where no path is given, or only a provider. */
function questionAt(snapshot: Snapshot, path = ''): Question | undefined {
  const [, first = '', ...rest] = path.split('/')
  const below = snapshot.providers.has(first) ? `/${rest.join('/')}` : path
  return below === '' || below === '/'
    ? { operation: providerItself.operation!, asking: 'chat' }
    : questionTo(below)
}
