import { noParams } from '../alias/alias.ts'
import { bodyFor } from '../alias/body.ts'
import type { Target } from '../alias/resolve.ts'
import { GatewayError } from '../errors.ts'
import type { Provider } from '../providers/provider.ts'
import type { ClientCodec, Far, ProviderCodec } from '../translate/codec.ts'
import type { ModelRequest } from '../translate/message.ts'
import {
  common,
  droppedName,
  isEmptyPatch,
  noParameters,
  type SaidParameters,
  type SortedParameters,
  saidFor,
  silentRequest,
  sortParameters,
} from '../translate/parameters.ts'
import type { Asking, Spoken } from '../translate/routes.ts'
import type { Json } from '../translate/values.ts'
import { applyInSteps, scanInSteps } from '../wire/json.ts'
import { type Patch, patchObject } from '../wire/patch.ts'
import { atOnce, type Steps } from '../wire/steps.ts'
import { parseObject } from './parse-object.ts'
import type { Asked } from './way.ts'

/** The parameters of a target by where they belong, for a client of this protocol. */
export function parametersOf(
  { params }: Target,
  protocol: Asking,
  spoken: Spoken,
  { quirks }: Provider,
): SortedParameters {
  if (params === noParams || isEmptyPatch(params)) return noParameters
  // Ollama's requests are said in the words of Chat Completions first.
  const client = protocol === 'ollama' ? 'chat' : protocol
  return sortParameters(params, client, spoken, quirks.maxTokensField)
}

/** The client's request with the target's model and prompt, and these changes. */
export const clientBody = (
  { body, operation }: Asked,
  target: Target,
  patch: Patch,
): Steps<Buffer> =>
  bodyFor(
    body,
    target.params === noParams ? target : { ...target, params: { ...target.params, ...patch } },
    operation,
  )

/** The same as JavaScript has it. Its model is not to be read: nothing is put in its place where nothing else changes. */
export function* clientRequest(asked: Asked, target: Target, patch: Patch): Steps<Json> {
  const { bytes, scan } =
    target.params === noParams ? asked.body : { bytes: yield* clientBody(asked, target, patch) }
  return yield* parseObject(bytes, scan)
}

export function* patched(bytes: Buffer, patch: Patch): Steps<Buffer> {
  return isEmptyPatch(patch)
    ? bytes
    : yield* applyInSteps(bytes, patchObject(bytes, yield* scanInSteps(bytes), patch))
}

/** What a request is passed on as to a target that speaks its protocol, and the parameters that had no place in it. */
export function* passedBody(
  asked: Asked,
  target: Target,
  provider: Provider,
  way: { readonly protocol: Exclude<Asking, 'ollama'>; readonly client: ClientCodec } & Saying,
): Steps<{ readonly bytes: Buffer; readonly dropped: readonly string[] }> {
  const { protocol, client } = way
  const { client: own, meant, far, ...sorted } = parametersOf(target, protocol, protocol, provider)
  const bytes = yield* clientBody(asked, target, joined(own, far))
  if (isEmptyPatch(meant)) return { bytes, dropped: sorted.dropped }
  const raw = yield* parseObject(bytes)
  const path = asked.operation.path + asked.exchange.query
  const request = client.decodeRequest(raw, target.model, path)
  const { patch, dropped } = yield* sayIn(way, meant, request)
  return {
    bytes: yield* patched(bytes, patch),
    dropped: [
      ...dropped.map(name => droppedName(name, protocol, target.params)),
      ...sorted.dropped,
    ],
  }
}

/** What the parameters of a target are in the words of whoever is asked, in a request that says nothing else. */
export function saidAt(
  target: Target,
  provider: Provider,
  { protocol, spoken, codec, far }: Saying & { readonly spoken: Spoken },
): SaidParameters {
  const sorted = parametersOf(target, protocol, spoken, provider)
  const passes = protocol === spoken
  const meant = passes ? sorted.meant : joined(common(sorted.client), sorted.meant)
  const literal = passes ? joined(sorted.client, sorted.far) : sorted.far
  const said = atOnce(saidFor(silentRequest(protocol, far.model), meant, codec, far))
  return {
    patch: joined(literal, said.patch),
    dropped: [
      ...said.dropped.map(name => droppedName(name, protocol, target.params)),
      ...sorted.dropped,
    ],
  }
}

const joined = (one: Patch, other: Patch): Patch => ({
  set: { ...one.set, ...other.set },
  default: { ...one.default, ...other.default },
  remove: [...one.remove, ...other.remove],
})

interface Saying {
  readonly protocol: Exclude<Asking, 'ollama'>
  readonly codec: ProviderCodec
  readonly far: Far
}

/** What parameters mean in a request, or where that cannot be read in one that says nothing. */
function* sayIn(
  { protocol, codec, far }: Saying,
  meant: Patch,
  request: Steps<ModelRequest>,
): Steps<SaidParameters> {
  try {
    return yield* saidFor(yield* request, meant, codec, far)
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error
    return yield* saidFor(silentRequest(protocol, far.model), meant, codec, far)
  }
}
