// Which client gets to which provider, and how: told by what decides for requests. `gateway explain --live` shows it, and the
// tables of docs/protocols.md are written from it.

import { offers, type Provider } from '../providers/provider.ts'
import { counters, countingClients } from '../translate/counting.ts'
import { embedderWays, embeddingClients } from '../translate/embedders.ts'
import type { ModelFacts } from '../translate/facts.ts'
import { type Asking, counterTo, embedderTo, routeTo } from '../translate/routes.ts'
import type { Operation, Protocol } from '../wire/protocol.ts'
import { embedding } from './embedding-plan.ts'
import { endpointsAt } from './endpoints.ts'
import { nameInPath } from './path.ts'
import { askingIn, counting, paths, speaking } from './way.ts'

/** What a client asks of a model. */
export interface Question {
  readonly operation: Operation
  /** In which it is asked: the operation says Ollama's in OpenAI's words. */
  readonly asking: Asking | Protocol
}

/** How it gets to a model. */
export interface Pair {
  /**
   * `passed`: byte for byte but for the name, to a provider that speaks the client's protocol; `framed`: likewise, but with
   * what its host wants around it; `translated`; `estimated`, where nobody counts; or not at all.
   */
  readonly how: 'passed' | 'framed' | 'translated' | 'estimated' | 'none'
  /** What the provider is asked, if it is. */
  readonly to?: Operation
}

/** What a request to a path of the gateway's asks; undefined where that is nothing of a model. */
export function questionTo(path: string): Question | undefined {
  const { found, parameter } = endpointsAt(path) ?? { found: [], parameter: '' }
  const endpoint = found.find(endpoint => endpoint.operation)
  // Of Gemini's paths the method says what is asked; one without is no request.
  if (!endpoint || (endpoint.operation!.path === '' && !parameter.includes(':'))) return undefined
  const { operation } = nameInPath({ parameter }, endpoint.operation!)
  return { operation, asking: endpoint.dialect === 'ollama' ? 'ollama' : operation.protocol }
}

/** How a question gets to a model of a provider. `wishes`: what it brings that may want another protocol. */
export function pairOf(
  { operation, asking }: Question,
  provider: Provider,
  model: string,
  facts: ModelFacts,
  wishes = { tools: false, reasoning: false },
): Pair {
  const counted = countingClients[operation.path]
  if (counted) {
    const counter = counterTo(counted.asking, counting(provider, model))
    if (!counter) return { how: 'estimated' }
    const pair = to({ protocol: counter, path: counters[counter] }, operation, provider)
    // Clouds that have several vendors' models count with other bodies than these vendors.
    return pair.how === 'passed' && provider.api.claude ? { ...pair, how: 'framed' } : pair
  }
  const embeds = embeddingClients[operation.path]
  if (embeds) {
    const own = asking === 'ollama' ? 'ollama' : embeds.embedding
    const way = embedderTo(own, embedding(provider, model))
    return way ? to(embedderWays[way].operation, asking !== 'ollama' && operation, provider) : none
  }
  if (!askingIn(operation))
    return offers(provider, operation, model) ? to(operation, operation, provider) : none
  const spoken = routeTo(asking as Asking, speaking(provider, model), facts, wishes)
  if (!spoken) return none
  const [streamed, whole] = paths[spoken]
  const path = streamed === operation.path ? streamed : whole
  return to({ protocol: spoken, path }, asking !== 'ollama' && operation, provider)
}

const none: Pair = { how: 'none' }

/** `own`: what a client asks in whose protocol nothing has to be said anew. */
function to(asked: Operation, own: Operation | false, { api }: Provider): Pair {
  if (!own || asked.protocol !== own.protocol || asked.path !== own.path) {
    return { how: 'translated', to: asked }
  }
  return { how: api.claude && asked.protocol === 'messages' ? 'framed' : 'passed', to: asked }
}
