// Asks a provider for its list of models, with the credential that requests to it get: the cheapest thing to ask, and
// answered by nearly all of them. What they say in an error is not passed on: some quote the key in it.

import type { CheckResult } from '../control/api.ts'
import { GatewayError } from '../errors.ts'
import { nearest } from '../nearest.ts'
import { type Provider, providerHeaders, withBaseQuery } from '../providers/provider.ts'
import { refusesKey } from '../proxy/refusal.ts'
import { send, type UpstreamFault, Upstreams } from '../proxy/upstream.ts'
import type { Snapshot } from '../server/snapshot.ts'
import { version } from '../version.ts'

/** A list of models longer than this is cut; OpenRouter's is below 1 MiB. */
const longest = 8 * 1024 ** 2

/**
 * Asks the providers that `names` stand for, each a provider or what a reference names (`store:NAME`, `keychain:NAME`);
 * where there are none, all that are declared and the presets whose key is there. Throws `provider_not_found`.
 */
export async function checkProviders(
  snapshot: Snapshot,
  names: readonly string[],
  waitMs: number,
): Promise<readonly CheckResult[]> {
  const upstreams = new Upstreams()
  try {
    const chosen = choose(snapshot, names)
    return await Promise.all(chosen.map(provider => check(provider, upstreams, waitMs)))
  } finally {
    await upstreams.close()
  }
}

function choose({ config, providers }: Snapshot, names: readonly string[]): readonly Provider[] {
  const all = [...providers.values()]
  if (names.length === 0) {
    return all.filter(
      ({ name, credential }) => config.providers.has(name) || credential.kind === 'present',
    )
  }
  const found = names.flatMap(name => {
    const named = all.filter(
      provider =>
        provider.name === name ||
        ['store', 'keychain'].some(kind => provider.config.credential === `${kind}:${name}`),
    )
    if (named.length > 0) return named
    throw new GatewayError('provider_not_found', {
      provider: name,
      near: nearest(name, providers.keys()),
    })
  })
  return [...new Set(found)]
}

async function check(
  provider: Provider,
  upstreams: Upstreams,
  waitMs: number,
): Promise<CheckResult> {
  const { name, credential, config } = provider
  const facts = { provider: name, credential: config.credential }
  if (credential.missing) return { ...facts, outcome: 'missing', ...credential.missing }
  if (credential.kind === 'passthrough') {
    return { ...facts, outcome: 'untested', reason: 'its clients bring their own keys' }
  }
  if (provider.origin === undefined) {
    return { ...facts, outcome: 'failed', reason: config.unavailable ?? 'it has no base URL' }
  }
  const answer = await askForModels(provider, upstreams, waitMs, true)
  if ('fault' in answer) {
    const { kind, reason } = answer.fault
    const outcome = kind === 'broken' ? 'failed' : 'unreachable'
    return {
      ...facts,
      outcome,
      reason,
      hint: `is ${provider.origin}${provider.basePath} its address, and does it run?`,
    }
  }
  const { status, text } = answer
  const seen = { ...facts, status }
  if (status === 403 || refusesKey(status, [], text)) {
    const reason = `it does not take the key (status ${status})`
    return { ...seen, outcome: 'refused', reason, hint: howToMend(provider) }
  }
  if (status === 404 || status === 405) {
    const reason = `it has no list of models to ask for (status ${status})`
    return { ...seen, outcome: 'untested', reason }
  }
  if (status !== 200) return { ...seen, outcome: 'failed', reason: `it answered ${status}` }
  const models = modelsOf(text)
  if (!models) return { ...seen, outcome: 'failed', reason: 'its answer is no list of models' }
  // Some show their list to everybody: that they show it with a key says nothing of the key.
  if (credential.kind === 'present') {
    const without = await askForModels(provider, upstreams, waitMs, false)
    if (!('fault' in without) && without.status === 200) {
      const reason = 'its list of models is open to all, so the key is not tested'
      return { ...seen, outcome: 'untested', reason, models }
    }
  }
  return { ...seen, outcome: 'ok', models }
}

const howToMend = ({ name, config }: Provider): string => {
  const [, kind, rest = ''] = /^(\w+):(.*)$/.exec(config.credential) ?? []
  const stored = kind === 'store' ? rest : name
  return kind === 'env' && config.credentialDeclared
    ? `export ${rest}=... && gateway restart`
    : kind === 'store' || !config.credentialDeclared
      ? `gateway credential set ${stored}`
      : `look at what ${kind}: gives`
}

type Answer =
  | { readonly status: number; readonly text: string }
  | { readonly fault: Pick<UpstreamFault, 'kind' | 'reason'> }

function askForModels(
  provider: Provider,
  upstreams: Upstreams,
  waitMs: number,
  withKey: boolean,
): Promise<Answer> {
  const path = withBaseQuery(provider, `${provider.basePath}/models`)
  const client = ['accept', 'application/json', 'user-agent', `gateway/${version}`]
  const whole = { method: 'GET', body: null }
  const headers = withKey ? providerHeaders(provider, client, path, whole) : client
  const { connect } = provider.config.timeouts
  const timeout = Math.min(connect || waitMs, waitMs)
  return new Promise(done => {
    const chunks: Buffer[] = []
    let [status, size] = [0, 0]
    const finish = () => done({ status, text: Buffer.concat(chunks).toString('utf8') })
    const call = send(
      upstreams.pool(provider.origin!, timeout),
      {
        method: 'GET',
        path,
        headers,
        body: null,
        gate: undefined,
        timeouts: { firstByte: waitMs, idle: waitMs, total: waitMs },
      },
      {
        head(code) {
          status = code
        },
        data(chunk) {
          chunks.push(chunk)
          size += chunk.length
          if (size <= longest) return true
          call.cancel()
          finish()
          return false
        },
        ended: finish,
        failed: fault => done({ fault }),
      },
    )
  })
}

/** Of OpenAI's and Anthropic's form (`data[].id`), a bare list, or Gemini's (`models[].name`). */
function modelsOf(text: string): readonly string[] | undefined {
  let answer: unknown
  try {
    answer = JSON.parse(text)
  } catch {
    return undefined
  }
  const { data, models } = (answer ?? {}) as { data?: unknown; models?: unknown }
  const list = [answer, data, models].find(Array.isArray) as readonly unknown[] | undefined
  return list?.flatMap(item => {
    const { id, name } = (item ?? {}) as { id?: unknown; name?: unknown }
    const text = id ?? name
    return typeof text === 'string' ? [text.replace(/^models\//, '')] : []
  })
}
