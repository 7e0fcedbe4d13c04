import { GatewayError } from '../errors.ts'
import type { RawHeaders } from '../wire/headers.ts'
import { type AwsKeys, awsSignature } from '../wire/sigv4.ts'
import type { Provider } from './provider.ts'

/** A request as it is sent, to be signed. */
export interface WholeRequest {
  readonly method: string
  readonly body: Buffer | readonly Buffer[] | null
}

/** Names of Bedrock's servers: their service, and the region they are in. */
const hosts = /(?:^|\.)(bedrock-mantle|bedrock-runtime)(?:-fips)?\.([a-z0-9-]+)\./

/**
 * The fields that sign a request with AWS keys. Throws `not_offered` for one that is not held whole: its signature has to
 * be known before its first byte is sent.
 */
export function signature(
  provider: Provider,
  keys: AwsKeys,
  request: { readonly path: string; readonly headers: RawHeaders },
  whole: WholeRequest | undefined,
): string[] {
  if (!whole) {
    throw new GatewayError('not_offered', {
      provider: provider.name,
      endpoint: request.path,
      reason: 'what passes through without being held cannot be signed with AWS keys',
      hint: 'use a Bedrock API key: export AWS_BEARER_TOKEN_BEDROCK=... && gateway restart',
    })
  }
  const { host } = new URL(provider.origin!)
  const [, server, there] = hosts.exec(host) ?? []
  return awsSignature({ ...request, method: whole.method, host, body: whole.body ?? '' }, keys, {
    region: there ?? provider.region ?? 'us-east-1',
    service: server === 'bedrock-mantle' ? server : 'bedrock',
    at: Date.now(),
  })
}
