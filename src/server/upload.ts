import { Readable } from 'node:stream'
import type { Target } from '../alias/resolve.ts'
import { GatewayError, reasonOf } from '../errors.ts'
import { boundaryOf, type Field, FieldFinder, fieldPart } from '../wire/multipart.ts'
import type { Operation } from '../wire/protocol.ts'
import type { Endpoint } from './endpoints.ts'
import type { Exchange } from './exchange.ts'
import { attempt, type Inference, resolveFor } from './inference.ts'
import { nameInPath } from './path.ts'

/**
 * A form with files, in which one field names the model. As soon as that field has come the rest goes on as it comes:
 * only what stands before it is held. Where the name leads to several targets the form is read whole, because the
 * second may need it as well. Parameters of aliases are for JSON bodies; a form is passed on as it is.
 */
export function upload(exchange: Exchange, endpoint: Endpoint): void {
  const { req } = exchange
  const boundary = boundaryOf(req.headers['content-type'] ?? '')
  if (boundary === undefined) {
    throw new GatewayError('bad_request', { reason: 'the content type names no boundary' })
  }
  const { limits } = exchange.snapshot.config
  const declared = Number(req.headers['content-length'] ?? Number.NaN)
  if (declared > limits.body) throw new GatewayError('body_too_large', { limit: limits.body })

  const { model: named, operation } = nameInPath(exchange, endpoint.operation!)
  const form = new Form(exchange, limits.body, declared)
  if (named !== undefined) {
    form.start(operation, named, target => [fieldPart(boundary, 'model', target.model)])
    return
  }
  const finder = new FieldFinder(boundary, 'model')
  form.find(finder, field => {
    form.start(operation, field.value, target => form.spliced(field, target.model))
  })
}

/** The bytes of a form: those that were held while its model was looked for, and those that are still to come. */
class Form {
  readonly #exchange: Exchange
  readonly #limit: number
  readonly #declared: number
  #held: Buffer[] = []
  #size = 0

  constructor(exchange: Exchange, limit: number, declared: number) {
    this.#exchange = exchange
    this.#limit = limit
    this.#declared = declared
  }

  find(finder: FieldFinder, found: (field: Field) => void): void {
    const { req } = this.#exchange
    const done = (act: () => void): void => {
      req.off('data', look).off('end', missing)
      req.pause()
      try {
        act()
      } catch (error) {
        this.#exchange.fail(error)
      }
    }
    const missing = (): void =>
      done(() => {
        throw new GatewayError('model_missing')
      })
    const look = (chunk: Buffer): void => {
      try {
        this.#hold(chunk)
        finder.push(chunk)
      } catch (error) {
        done(() => {
          if (error instanceof GatewayError) throw error
          throw new GatewayError('bad_request', { reason: reasonOf(error) })
        })
        return
      }
      const { found: field } = finder
      if (field) done(() => found(field))
    }
    req.on('data', look).on('end', missing)
    // A client that leaves in the middle is noticed by the response's own close.
    req.on('error', () => {})
  }

  /** `before` are the bytes that stand in place of those held so far, for a target. */
  start(operation: Operation, model: string, before: (target: Target) => readonly Buffer[]): void {
    const exchange = this.#exchange
    const resolution = resolveFor(exchange, model)
    const { targets } = resolution
    const inference: Inference = {
      resolution,
      targets,
      body: target => Readable.from(this.#bytes(before(target)), { objectMode: false }),
      length: target =>
        Number.isNaN(this.#declared)
          ? undefined
          : this.#declared - this.#size + lengthOf(before(target)),
    }
    if (targets.length === 1) attempt(exchange, operation, inference)
    else {
      this.#readRest().then(
        rest =>
          attempt(exchange, operation, {
            resolution,
            targets,
            body: target => Buffer.concat([...before(target), ...rest]),
          }),
        error => {
          if (!exchange.req.destroyed) exchange.fail(error)
        },
      )
    }
  }

  /** What was held, with another model in the place of the field. */
  spliced({ start, end }: Field, model: string): Buffer[] {
    const held = this.#held.length === 1 ? this.#held[0]! : Buffer.concat(this.#held)
    this.#held = [held]
    return [held.subarray(0, start), Buffer.from(model), held.subarray(end)]
  }

  #hold(chunk: Buffer): void {
    this.#count(chunk)
    this.#held.push(chunk)
  }

  #count(chunk: Buffer): void {
    this.#size += chunk.length
    if (this.#size > this.#limit) throw new GatewayError('body_too_large', { limit: this.#limit })
  }

  async #readRest(): Promise<Buffer[]> {
    const rest: Buffer[] = []
    for await (const chunk of this.#rest()) rest.push(chunk)
    return rest
  }

  async *#bytes(before: readonly Buffer[]): AsyncGenerator<Buffer> {
    yield* before.filter(bytes => bytes.length > 0)
    yield* this.#rest()
  }

  async *#rest(): AsyncGenerator<Buffer> {
    // An upstream may answer before it has read everything: to destroy the request would cut that answer off.
    for await (const chunk of this.#exchange.req.iterator({ destroyOnReturn: false })) {
      this.#count(chunk)
      yield chunk
    }
  }
}

const lengthOf = (parts: readonly Buffer[]): number =>
  parts.reduce((sum, { length }) => sum + length, 0)
