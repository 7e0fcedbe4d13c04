import type { Timeouts } from '../alias/alias.ts'
import { type ExplainedTarget, explainRequest } from '../alias/explain.ts'
import type { ExplainGive, ExplainTake, TargetState, UnwellTarget } from '../control/api.ts'
import { GatewayError } from '../errors.ts'
import { operationPath, type Provider } from '../providers/provider.ts'
import { endpointsAt, providerItself } from '../server/endpoints.ts'
import type { Snapshot } from '../server/snapshot.ts'
import { parametersAt } from '../server/way.ts'
import type { Operation } from '../wire/protocol.ts'

/** What a name means in a snapshot, and what that snapshot knows of each target. */
export function explainLive(
  snapshot: Snapshot,
  take: ExplainTake,
  unwell: readonly UnwellTarget[],
): ExplainGive {
  const { explanation, body } = explainRequest(snapshot.resolver.table, take)
  const operation = operationAt(snapshot, take.path)
  return {
    ...explanation,
    generation: snapshot.generation,
    fallback: { ...snapshot.config.fallback, ...explanation.fallback },
    states: explanation.targets.map(target => {
      const { provider, model } = target
      const health = unwell.find(({ target }) => target === `${provider}/${model}`)
      return {
        ...sentTo(snapshot, operation, target),
        ...stateOf(snapshot.providers.get(provider)!, operation, model, explanation.timeouts),
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

function stateOf(
  provider: Provider,
  operation: Operation | undefined,
  model: string,
  timeouts: Partial<Timeouts>,
): TargetState {
  const { config, credential, origin, basePath } = provider
  return {
    baseUrl: origin === undefined ? null : origin + basePath,
    api: config.api,
    credential: config.credential,
    credentialState: credential.missing?.reason ?? credential.kind + refusal(credential.refused),
    timeouts: { ...config.timeouts, ...timeouts },
    ...(operation ? { protocol: protocolState(provider, operation, model) } : {}),
    ...(config.unavailable && origin === undefined ? { problem: config.unavailable } : {}),
  }
}

const refusal = (at: Date | undefined): string =>
  at === undefined ? '' : `, refused by the provider at ${at.toISOString()}`

function protocolState(provider: Provider, operation: Operation, model: string): string {
  try {
    operationPath(provider, operation, model)
    return 'passed as it is'
  } catch (error) {
    if (error instanceof GatewayError) return `not offered: it speaks ${provider.api.says}`
    throw error
  }
}

/** What a request to this path asks of a model; a chat completion where no path is given, or only a provider. */
function operationAt(snapshot: Snapshot, path = ''): Operation | undefined {
  const [, first = '', ...rest] = path.split('/')
  const below = snapshot.providers.has(first) ? `/${rest.join('/')}` : path
  if (below === '' || below === '/') return providerItself.operation
  return endpointsAt(below)?.found.find(endpoint => endpoint.operation)?.operation
}
