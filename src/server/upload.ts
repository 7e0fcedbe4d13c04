import { Readable } from 'node:stream'
import { choose } from '../alias/choose.ts'
import { formPatch, modelPatch } from '../alias/form.ts'
import type { Target } from '../alias/resolve.ts'
import { GatewayError, reasonOf } from '../errors.ts'
import { type FormPatch, FormPatcher } from '../wire/form-patch.ts'
import { boundaryOf, type Field, FieldFinder } from '../wire/multipart.ts'
import type { Operation } from '../wire/protocol.ts'
import { oneStep } from '../wire/steps.ts'
import { lengthOf } from './draft.ts'
import type { Endpoint } from './endpoints.ts'
import type { Exchange } from './exchange.ts'
import { attempt, resolveFor } from './inference.ts'
import { nameInPath } from './path.ts'
import { queryFor } from './plan.ts'

/**
 * A form with files, in which one field names the model. As soon as that field has come the rest goes on as it comes:
 * only what stands before it is held. Where the name leads to several targets the form is read whole, because the
 * second may need it as well: `limits.body` bounds what is held, and above that the answer is 413. `set`, `default` and
 * `remove` change the fields that they name, while the files pass.
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
  const form = new Form(exchange, boundary, limits.body, declared)
  if (named !== undefined) {
    // The form may name the model as well, as the SDKs of OpenAI do.
    form.start(operation, named, target => ({
      before: form.held,
      patch: formPatch(target.params, target.model) ?? modelPatch(target.model),
    }))
    return
  }
  const finder = new FieldFinder(boundary, 'model')
  form.find(finder, field => {
    form.start(operation, field.value, target => {
      const patch = formPatch(target.params, target.model)
      return patch ? { before: form.held, patch } : { before: form.spliced(field, target.model) }
    })
  })
}

/** What a target gets: the bytes in the place of those held so far, and what is to change in all of them. */
interface Changed {
  readonly before: readonly Buffer[]
  readonly patch?: FormPatch
}

/** The bytes of a form: those that were held while its model was looked for, and those that are still to come. */
class Form {
  readonly #exchange: Exchange
  readonly #boundary: string
  readonly #limit: number
  readonly #declared: number
  readonly #held: Buffer[] = []
  #size = 0

  constructor(exchange: Exchange, boundary: string, limit: number, declared: number) {
    this.#exchange = exchange
    this.#boundary = boundary
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

  /** The bytes that were held, as they came. */
  get held(): readonly Buffer[] {
    return this.#held
  }

  start(operation: Operation, model: string, changed: (target: Target) => Changed): void {
    const exchange = this.#exchange
    const resolution = resolveFor(exchange, model)
    // A form has no conversation to stay with: each request is one.
    const targets = choose(resolution, exchange.id)
    const query = queryFor(exchange, operation)
    const way = { operation, query, headers: exchange.req.rawHeaders }
    if (targets.length === 1) {
      attempt(exchange, operation, {
        resolution,
        targets,
        plan: target =>
          oneStep(() => {
            const change = changed(target)
            return {
              ...way,
              body: Readable.from(this.#bytes(change), { objectMode: false }),
              length: this.#length(change),
            }
          }),
      })
      return
    }
    this.#readRest().then(
      rest =>
        attempt(exchange, operation, {
          resolution,
          targets,
          plan: target =>
            oneStep(() => {
              const { before, patch } = changed(target)
              const whole = Buffer.concat([...before, ...rest])
              return { ...way, body: patch ? this.#patched(whole, patch) : whole }
            }),
        }),
      error => {
        if (!exchange.req.destroyed) exchange.fail(error)
      },
    )
  }

  /** The length of the whole form, in bytes, where it is known: not where fields of it come and go. */
  #length({ before, patch }: Changed): number | undefined {
    if (patch || Number.isNaN(this.#declared)) return undefined
    return this.#declared - this.#size + lengthOf(before)
  }

  #patched(whole: Buffer, patch: FormPatch): Buffer {
    const patcher = new FormPatcher(this.#boundary, patch)
    try {
      return Buffer.concat([patcher.push(whole), patcher.end()])
    } catch (error) {
      throw new GatewayError('bad_request', { reason: reasonOf(error) })
    }
  }

  /** What was held, with another model in the place of the field. */
  spliced({ start, end }: Field, model: string): Buffer[] {
    const before: Buffer[] = []
    const after: Buffer[] = []
    let at = 0
    for (const chunk of this.#held) {
      before.push(chunk.subarray(0, Math.max(0, start - at)))
      after.push(chunk.subarray(Math.max(0, end - at)))
      at += chunk.length
    }
    return [...before, Buffer.from(model), ...after].filter(({ length }) => length > 0)
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

  async *#bytes({ before, patch }: Changed): AsyncGenerator<Buffer> {
    const patcher = patch && new FormPatcher(this.#boundary, patch)
    for (const bytes of before) {
      const out = patcher ? patcher.push(bytes) : bytes
      if (out.length > 0) yield out
    }
    for await (const chunk of this.#rest()) {
      const out = patcher ? patcher.push(chunk) : chunk
      if (out.length > 0) yield out
    }
    if (patcher) yield patcher.end()
  }

  async *#rest(): AsyncGenerator<Buffer> {
    // An upstream may answer before it has read everything: to destroy the request would cut that answer off.
    const { req } = this.#exchange
    try {
      for await (const chunk of req.iterator({ destroyOnReturn: false })) {
        this.#count(chunk)
        yield chunk
      }
    } catch (error) {
      // The upstream would be blamed for a body that broke off.
      throw req.destroyed && !req.complete ? new GatewayError('client_left', {}, error) : error
    }
  }
}
