import type { ProviderCodec } from '../translate/codec.ts'
import type { ClaudeHost } from '../translate/messages/hosts.ts'
import type { RawHeaders } from '../wire/headers.ts'
import type { Operation } from '../wire/protocol.ts'

/** What differs from one provider API to the next. */
export interface ProviderApi {
  /** What it is called where it does not offer something. */
  readonly says: string
  /** The path of an operation on a model, below the path of the base URL; undefined where the API does not have it. */
  path(operation: Operation, base: string, model: string): string | undefined
  /** It asks Claude in Messages, in a way of its own that translate/messages/hosted.ts knows. */
  readonly claude?: ClaudeHost
  /** How it says that something failed, where that is not as the protocol has it that it is asked in. */
  readonly decodeError?: ProviderCodec['decodeError']
  /** The fields that carry the key, for a request to this path. `given` is what else the request carries. */
  authorize(key: string, path: string, given: RawHeaders): string[]
}
