// Which client gets to which provider, and how: told by what decides for requests. `gateway explain --live` shows it, and the
// tables of docs/protocols.md are written from it.

import { offers, type Provider } from '../providers/provider.ts'
import { countingClients } from '../translate/counting.ts'
import type { ModelFacts } from '../translate/facts.ts'
import { type Asking, counterTo, routeTo } from '../translate/routes.ts'
import type { Operation, Protocol } from '../wire/protocol.ts'
import { endpointsAt } from './endpoints.ts'
import { nameInPath } from './path.ts'
import { askingIn, counting, speaking } from './way.ts'

/** What a client asks of a model. */
export interface Question {
  readonly operation: Operation
  /** In which it holds a conversation; undefined where it holds none. */
  readonly asking: Asking | undefined
}

/** How it gets to a model. */
export interface Pair {
  /**
   * `passed`: byte for byte but for the name, to a provider that speaks the client's protocol; `framed`: likewise, but with
   * what its host wants around it; `translated`; `estimated`, where nobody counts; or not at all.
   */
  readonly how: 'passed' | 'framed' | 'translated' | 'estimated' | 'none'
  /** The protocol that the provider is asked in, if it is. */
  readonly spoken?: Protocol
}

/** What a request to a path of the gateway's asks; undefined where that is nothing of a model. */
export function questionTo(path: string): Question | undefined {
  const { found, parameter } = endpointsAt(path) ?? { found: [], parameter: '' }
  const endpoint = found.find(endpoint => endpoint.operation)
  // Of Gemini's paths the method says what is asked; one without is no request.
  if (!endpoint || (endpoint.operation!.path === '' && !parameter.includes(':'))) return undefined
  const { operation } = nameInPath({ parameter }, endpoint.operation!)
  const [asking] = askingIn(operation) ?? []
  return { operation, asking: asking && endpoint.dialect === 'ollama' ? 'ollama' : asking }
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
    return counter ? spokenTo(provider, counted.asking, counter) : { how: 'estimated' }
  }
  const spoken = asking
    ? routeTo(asking, speaking(provider, model), facts, wishes)
    : offers(provider, operation, model) && operation.protocol
  return spoken ? spokenTo(provider, asking ?? spoken, spoken) : { how: 'none' }
}

const spokenTo = ({ api }: Provider, asked: Asking | Protocol, spoken: Protocol): Pair => ({
  how: asked !== spoken ? 'translated' : api.claude && spoken === 'messages' ? 'framed' : 'passed',
  spoken,
})
