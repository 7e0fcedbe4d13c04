import { type IncomingMessage, request } from 'node:http'
import { type Code, catalogue, GatewayError, reasonOf } from '../errors.ts'
import { type Calls, routes } from './api.ts'

/** The daemon, as the command line sees it. */
export interface ControlClient {
  /**
   * Asks one thing, and waits for the answer; `stop` and `check` may take as long as they were told to.
   * Throws `not_running` where nobody listens, the daemon's own error where it sent one, else `control_failed`.
   */
  call<Name extends keyof Calls>(
    name: Name,
    ...take: undefined extends Calls[Name]['take'] ? [] : [Calls[Name]['take']]
  ): Promise<Calls[Name]['give']>
}

/**
 * Makes no connection yet: every call makes its own, so that none keeps the command alive. An answer is waited for at most
 * `patience`, in milliseconds, besides what the call itself says.
 */
export function connectControl(
  paths: { readonly socket: string },
  patience = 10_000,
): ControlClient {
  return {
    async call(name, ...[take]) {
      const [method = '', path = ''] = routes[name].split(' ')
      const waitMs = take && 'waitMs' in take ? take.waitMs : 0
      const { status, text } = await ask(
        paths.socket,
        method,
        path,
        take && JSON.stringify(take),
        // A daemon that takes longer to begin a quick answer hangs, and a command must not hang with it. Nobody but the daemon knows how long running answers may take to finish.
        name === 'stop' ? undefined : patience + waitMs,
      )
      return read(name, status, text)
    },
  }
}

function ask(
  socketPath: string,
  method: string,
  path: string,
  body: string | undefined,
  timeout: number | undefined,
): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const call = request({
      socketPath,
      method,
      path,
      agent: false,
      headers: body === undefined ? {} : { 'content-type': 'application/json' },
      ...(timeout === undefined ? {} : { signal: AbortSignal.timeout(timeout) }),
    })
    const failed = (error: NodeJS.ErrnoException) => {
      const reason =
        error.name === 'AbortError'
          ? `no answer within ${(timeout ?? 0) / 1000} s`
          : reasonOf(error)
      const gone = ['ENOENT', 'ENOTDIR', 'ECONNREFUSED'].includes(error.code ?? '')
      reject(
        gone
          ? new GatewayError('not_running', {}, error)
          : new GatewayError('control_failed', { reason }, error),
      )
    }
    call.on('error', failed)
    call.on('response', (response: IncomingMessage) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', failed)
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          text: Buffer.concat(chunks).toString('utf8'),
        }),
      )
    })
    call.end(body)
  })
}

function read(name: string, status: number, text: string): never {
  if (name === 'metrics' && status === 200) return text as never
  let answer: unknown
  try {
    answer = JSON.parse(text)
  } catch (cause) {
    throw new GatewayError('control_failed', { reason: `${name} was not answered in JSON` }, cause)
  }
  if (status === 200) return answer as never
  const { code, facts, message } =
    (answer as { error?: { code?: string; facts?: object; message?: string } }).error ?? {}
  // A newer daemon may know a code that this command line does not.
  if (code !== undefined && Object.hasOwn(catalogue, code))
    throw new GatewayError(code as Code, { ...facts })
  throw new GatewayError('control_failed', { reason: message ?? `status ${status}` })
}
