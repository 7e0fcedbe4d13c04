import { traces } from '../translate/traces.ts'
import { applyInSteps, partsOf, type Scanned, type Splice, scanInSteps } from '../wire/json.ts'
import type { Protocol } from '../wire/protocol.ts'
import type { Steps } from '../wire/steps.ts'
import type { Plan } from './plan.ts'

/** A body on its way to a target: as it was scanned, and what has still to change in it. */
export interface Draft extends Scanned {
  readonly splices: readonly Splice[]
}

/** From so many bytes on a body is sent in the pieces between its changes: to join them would copy all of it. */
const joinLimit = 128 * 1024
/** Of many small pieces each costs more than the copy. */
const mostPieces = 32

/** A body in which nothing has to change yet. */
export function* draftOf(bytes: Buffer, protocol: Protocol): Steps<Draft> {
  return { bytes, scan: yield* scanInSteps(bytes, traces[protocol]), splices: [] }
}

/** The draft with more changes, none of which overlaps another. */
export const withSplices = (draft: Draft, splices: readonly Splice[]): Draft =>
  splices.length === 0 ? draft : { ...draft, splices: [...draft.splices, ...splices] }

/** The draft with its changes made, for those that come next to see them. */
export function* settled(draft: Draft, protocol: Protocol): Steps<Draft> {
  return draft.splices.length === 0 ? draft : yield* draftOf(yield* wholeOf(draft), protocol)
}

/** All of it, with its changes made. */
export const wholeOf = ({ bytes, splices }: Draft): Steps<Buffer> => applyInSteps(bytes, splices)

/** The same to be sent, in one piece or in several. */
export function toSend(draft: Draft): Pick<Plan, 'body' | 'length'> {
  const { bytes, splices } = draft
  if (splices.length === 0) return { body: bytes }
  const pieces = partsOf(bytes, splices)
  return pieces.length > mostPieces || lengthOf(pieces) < joinLimit
    ? { body: Buffer.concat(pieces) }
    : inPieces(pieces)
}

/** A body that is sent in pieces, with their length in bytes. */
export const inPieces = (body: readonly Buffer[]): Pick<Plan, 'body' | 'length'> => ({
  body,
  length: lengthOf(body),
})

/** The length of all of them, in bytes. */
export const lengthOf = (pieces: readonly Buffer[]): number =>
  pieces.reduce((sum, { length }) => sum + length, 0)
