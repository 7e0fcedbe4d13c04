// What a request to AWS is signed with, found where AWS's own tools find it: a Bedrock API key and keys of the environment,
// then the profile's in the shared files; roles, single sign-on and instances through AWS's own package.
// https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html

import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import type { AwsKeys } from '../wire/sigv4.ts'
import { Absent } from './absent.ts'
import { cloudPackage } from './cloud-package.ts'

type Env = Readonly<Record<string, string | undefined>>

export interface AwsCredential {
  /** An API key of Bedrock's, which is a bearer. */
  readonly text?: string
  readonly keys?: AwsKeys
  /** When they end, in milliseconds since the epoch; undefined for those that do not. */
  readonly ends?: number
}

/** Follows `aws:` (`profile` empty: whatever the environment says) or `aws:PROFILE`. Throws Absent. */
export async function awsCredential(profile: string, env: Env): Promise<AwsCredential> {
  const said = (name: string): string | undefined => env[name]?.trim() || undefined
  if (profile === '') {
    const text = said('AWS_BEARER_TOKEN_BEDROCK')
    if (text !== undefined) return { text }
    const keys = keysIn(name => said(name.toUpperCase()))
    if (keys) return { keys }
  }
  const name = profile || said('AWS_PROFILE') || 'default'
  const folder = join(homedir(), '.aws')
  const files = [
    said('AWS_SHARED_CREDENTIALS_FILE') ?? join(folder, 'credentials'),
    said('AWS_CONFIG_FILE') ?? join(folder, 'config'),
  ]
  let known = false
  for (const file of files) {
    const section = sectionOf(await readFile(file, 'utf8').catch(() => ''), name)
    known ||= section !== undefined
    const keys = keysIn(key => section?.get(key))
    if (keys) return { keys }
  }
  return fromPackage(
    name,
    known
      ? `the profile ${name} holds no keys but a way to get some`
      : `neither AWS_ACCESS_KEY_ID nor the profile ${name} of ${files[0]} gives keys; what is left is a role`,
  )
}

function keysIn(value: (name: string) => string | undefined): AwsKeys | undefined {
  const accessKeyId = value('aws_access_key_id')
  const secretAccessKey = value('aws_secret_access_key')
  const sessionToken = value('aws_session_token')
  if (!accessKeyId || !secretAccessKey) return undefined
  return { accessKeyId, secretAccessKey, ...(sessionToken ? { sessionToken } : {}) }
}

/** The entries of `[name]` or `[profile name]`; undefined where there is no such section. */
function sectionOf(text: string, name: string): ReadonlyMap<string, string> | undefined {
  let section: Map<string, string> | undefined
  let inside = false
  for (const line of text.split(/\r?\n/)) {
    const head = /^\s*\[\s*(?:profile\s+)?(.*?)\s*\]/.exec(line)
    if (head) {
      inside = head[1]!.replace(/^"(.*)"$/, '$1') === name
      if (inside) section ??= new Map()
    } else if (inside) {
      const entry = /^([A-Za-z_]+)\s*=\s*(.*?)\s*$/.exec(line)
      if (entry) section!.set(entry[1]!.toLowerCase(), entry[2]!)
    }
  }
  return section
}

interface NodeProvider {
  defaultProvider(options: {
    readonly profile: string
  }): () => Promise<AwsKeys & { readonly expiration?: Date }>
}

async function fromPackage(profile: string, why: string): Promise<AwsCredential> {
  const { defaultProvider } = await cloudPackage<NodeProvider>(
    '@aws-sdk/credential-provider-node',
    why,
  )
  const found = await defaultProvider({ profile })().catch(error => {
    // Its words may quote what it read.
    throw new Absent(
      `AWS's package found no keys for the profile ${profile} (${(error as Error).name})`,
      `aws sso login --profile ${profile}, or: aws sts get-caller-identity --profile ${profile}`,
    )
  })
  const { accessKeyId, secretAccessKey, sessionToken, expiration } = found
  return {
    keys: { accessKeyId, secretAccessKey, ...(sessionToken ? { sessionToken } : {}) },
    ...(expiration ? { ends: expiration.getTime() } : {}),
  }
}
