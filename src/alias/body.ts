import { GatewayError } from '../errors.ts'
import { memo } from '../memo.ts'
import {
  applyInSteps,
  type BodyScan,
  elementsOf,
  isArrayAt,
  isObjectAt,
  type Member,
  membersNamed,
  type ObjectScan,
  readValue,
  type Scanned,
  type Splice,
  scanBody,
  scanInSteps,
  scanObject,
} from '../wire/json.ts'
import { JsonFault } from '../wire/json-walk.ts'
import { patchObject } from '../wire/patch.ts'
import { addPrompt, noPrompt, touchesPrompt } from '../wire/prompt.ts'
import type { Operation } from '../wire/protocol.ts'
import type { Steps } from '../wire/steps.ts'
import type { Watch } from '../wire/watch.ts'
import { noParams } from './alias.ts'
import type { Target } from './resolve.ts'

/** A JSON body whose model has been found, and not one byte changed. */
export interface ModelBody extends Scanned {
  /** The name that the client asked for. */
  readonly model: string
  /** Where the body names it; empty where the path does instead. */
  readonly places: readonly Member[]
}

/**
 * Finds the model that a body names; `named` is the one that the path names, which counts. What is watched for on the way is told
 * by the scan. Throws `body_invalid` and `model_missing`.
 */
export function findModel(bytes: Buffer, named?: string, watch?: Watch): ModelBody {
  try {
    return withModel(bytes, scanBody(bytes, watch), named)
  } catch (fault) {
    throw bodyError(fault)
  }
}

/** The same in steps. */
export function* findModelInSteps(bytes: Buffer, named?: string, watch?: Watch): Steps<ModelBody> {
  try {
    return withModel(bytes, yield* scanInSteps(bytes, watch), named)
  } catch (fault) {
    throw bodyError(fault)
  }
}

/** What a client is told of a body that is no JSON; anything else as it was thrown. */
export const bodyError = (fault: unknown): unknown =>
  fault instanceof JsonFault
    ? new GatewayError('body_invalid', { reason: fault.message, offset: fault.offset })
    : fault

function withModel(bytes: Buffer, scan: BodyScan, named: string | undefined): ModelBody {
  const places = membersNamed(bytes, scan, 'model')
  const model = named ?? lastValue(bytes, places)
  if (typeof model !== 'string' || model === '') throw new GatewayError('model_missing')
  return { bytes, model, places, scan }
}

/** The body as a target wants it: its model, the parameters of the aliases on the way, and no other byte changed. */
export function* bodyFor(body: ModelBody, target: Target, operation: Operation): Steps<Buffer> {
  const { bytes, scan } = body
  const { params } = target
  const model = modelSplices(body, target.model, operation)
  if (params === noParams) return yield* applyInSteps(bytes, model)
  const { prompt, remove } = params
  if (prompt === noPrompt || !touchesPrompt(params)) {
    const added = [...addPrompt(bytes, scan, prompt, operation), ...model]
    const first = added.some(({ end }) => end === scan.start + 1)
    // What becomes the first member is followed by a comma or not, as there are others after it.
    if (!first || (scan.members.length > 0 && remove.length === 0)) {
      return yield* applyInSteps(bytes, [...added, ...patchObject(bytes, scan, params)])
    }
  }
  const named = yield* applyInSteps(bytes, model)
  const patched = yield* applyInSteps(named, patchObject(named, yield* scanInSteps(named), params))
  const scanned = yield* scanInSteps(patched)
  return yield* applyInSteps(patched, addPrompt(patched, scanned, prompt, operation))
}

/** What changes in a body for it to ask for a target's model. */
export function modelSplices(
  { bytes, model, places, scan }: ModelBody,
  wanted: string,
  { protocol, path }: Operation,
): Splice[] {
  if (protocol === 'gemini') {
    // The path has it; a body that says it once more says it as the name of a resource.
    const name = inJson(`models/${wanted}`)
    return [...places, ...modelsWithin(bytes, scan, path)].map(({ start, end }) => ({
      start,
      end,
      bytes: name,
    }))
  }
  const name = inJson(wanted)
  if (places.length === 0) {
    const at = scan.start + 1
    return [
      {
        start: at,
        end: at,
        bytes: Buffer.concat([modelKey, name, scan.members.length === 0 ? nothing : comma]),
      },
    ]
  }
  // Every place: of two the provider may read either. A name that stays is left as the client wrote it.
  return places
    .filter(place => wanted !== model || readValue(bytes, place) !== wanted)
    .map(({ start, end }) => ({ start, end, bytes: name }))
}

/** Where requests within one of Gemini's name a model, which must be that of the path. */
function modelsWithin(bytes: Buffer, scan: ObjectScan, path: string): Member[] {
  const names = within[path] ?? []
  return names
    .flatMap(name => membersNamed(bytes, scan, name))
    .flatMap(place => (isArrayAt(bytes, place.start) ? elementsOf(bytes, place.start) : [place]))
    .filter(({ start }) => isObjectAt(bytes, start))
    .flatMap(({ start }) => membersNamed(bytes, scanObject(bytes, start), 'model'))
}

const within: Readonly<Record<string, readonly string[]>> = {
  ':batchEmbedContents': ['requests'],
  ':countTokens': ['generateContentRequest', 'generate_content_request'],
}

/** A name as a value of JSON. */
const inJson = memo(name => Buffer.from(JSON.stringify(name)))

const modelKey = Buffer.from('"model":')
const comma = Buffer.from(',')
const nothing = Buffer.alloc(0)

/** A bad escape inside the value is found only here, where it is parsed. */
function lastValue(bytes: Buffer, members: readonly Member[]): unknown {
  const member = members.at(-1)
  if (!member) return undefined
  try {
    return readValue(bytes, member)
  } catch {
    throw new GatewayError('body_invalid', {
      reason: 'a value has a bad escape',
      offset: member.start,
    })
  }
}
