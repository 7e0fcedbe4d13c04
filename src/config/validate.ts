// Everything wrong with a config, at once, in the order of the file, one problem for one place.
//
// Text that may hold a secret is never shown: a `credential` that is no reference is probably the key itself, and so may
// be the value of a header or the user part of a URL. Their problems say what was wanted, and not what was found.

import type { AliasFault } from '../alias/alias.ts'
import { checkAliases } from '../alias/check.ts'
import { overlay, profileOverlay } from '../alias/overlay.ts'
import type { Problem } from '../errors.ts'
import { nearest } from '../nearest.ts'
import type { Config, ProviderConfig } from './config.ts'
import type { Parsed, Path } from './parse.ts'
import { presets } from './presets.ts'
import { checkShape, type Found, type Raw, show } from './shape.ts'
import { parseListen } from './units.ts'

/** Checks the value of a file against the schema, and the config built from it for sense. Sorted by position. */
export function validate(parsed: Parsed, config: Config, file: string): Problem[] {
  const wrong = checkShape(parsed.value ?? {})
  // What has the wrong shape needs no further problem: one sentence is enough for one place.
  const spoiled = (path: Path) =>
    wrong.some(({ at, path: bad }) => at !== 'key' && bad.every((part, i) => part === path[i]))
  const raw = (parsed.value ?? {}) as Raw
  const found = [
    ...wrong,
    ...[...checkNames(raw, config), ...checkTargets(raw), ...checkAllAliases(config)].filter(
      problem => !spoiled(problem.path),
    ),
  ]
  const seen = new Set<string>()
  return found
    .map(problem => place(problem, parsed, file))
    .sort(
      (a, b) =>
        a.line! - b.line! ||
        a.column! - b.column! ||
        // Of several for one place the first is kept: a warning must not hide an error.
        Number(a.severity === 'warning') - Number(b.severity === 'warning'),
    )
    .filter(({ line, column, path }) => {
      const key = `${line}:${column}:${path}`
      return !seen.has(key) && seen.add(key)
    })
}

/** What is wrong with the value of an alias by itself, wherever it leads. */
export function aliasProblems(name: string, value: unknown): string[] {
  const raw = { aliases: { [name]: value } }
  const wrong = checkShape(raw)
  const found = wrong.length > 0 ? wrong : checkTargets(raw)
  return found.map(({ message, hint }) => (hint ? `${message} (${hint})` : message))
}

function place(
  { path, at, message, hint, severity }: Found,
  parsed: Parsed,
  file: string,
): Problem {
  let position = parsed.positionOf(path, at)
  for (let up = path.length - 1; !position && up >= 0; up--)
    position = parsed.positionOf(path.slice(0, up), 'key')
  return {
    file,
    line: position?.line ?? 1,
    column: position?.column ?? 1,
    path: formatPath(path),
    message,
    ...(hint && { hint }),
    severity: severity ?? 'error',
  }
}

/** `providers.work.headers`, `aliases["gpt-3.5"].targets[0]`. */
export function formatPath(path: Path): string {
  return path
    .map((part, i) => {
      if (typeof part === 'number') return `[${part}]`
      return /^[\w*:@/-]+$/.test(part) ? `${i ? '.' : ''}${part}` : `[${JSON.stringify(part)}]`
    })
    .join('')
}

/** First parts of paths that the gateway serves itself: `/v1/models` could not be told from a provider's. */
const reserved = ['v1', 'v1beta', 'api', 'healthz', 'metrics']

/** Headers that carry a credential, or that the connection to the upstream sets itself. */
const credentialHeaders = [
  'authorization',
  'proxy-authorization',
  'x-api-key',
  'api-key',
  'x-goog-api-key',
  'cookie',
]
const connectionHeaders = [
  'host',
  'connection',
  'content-length',
  'transfer-encoding',
  'keep-alive',
  'te',
  'trailer',
  'upgrade',
  'expect',
]

function checkNames(raw: Raw, config: Config): Found[] {
  const known = new Set([...config.providers.keys(), ...presets.keys()])
  const chosen = config.defaultProvider
  const found: Found[] = []
  const { listen } = raw
  if (listen !== undefined && parseListen(listen) === undefined)
    found.push({
      path: ['listen'],
      message: `found ${show(listen)}, wanted a port from 0 to 65535`,
    })
  if (chosen !== undefined && !known.has(chosen))
    found.push({
      path: ['defaultProvider'],
      message: `no provider is named ${show(chosen)}`,
      hint: didYouMean(chosen, known) ?? 'declare it under providers:, or name a preset',
    })
  for (const provider of config.providers.values())
    found.push(
      ...checkProvider(provider, (mapping(raw['providers'])[provider.name] ?? {}) as Raw, config),
    )
  return found
}

function checkProvider(provider: ProviderConfig, raw: Raw, config: Config): Found[] {
  const path = ['providers', provider.name]
  const found: Found[] = []
  if (reserved.includes(provider.name))
    found.push({
      path,
      at: 'key',
      message: `the name "${provider.name}" is taken: the gateway serves /${provider.name} itself`,
    })
  if (provider.preset !== undefined && !presets.has(provider.preset))
    return [
      ...found,
      {
        path: [...path, 'preset'],
        message: `no preset is named ${show(provider.preset)}`,
        hint:
          didYouMean(provider.preset, presets.keys()) ?? `known: ${[...presets.keys()].join(', ')}`,
      },
    ]
  if (provider.preset === undefined) {
    const missing = ['api', 'baseUrl'].filter(key => !Object.hasOwn(raw, key))
    if (missing.length)
      found.push({
        path,
        at: 'key',
        message: `"${provider.name}" is no preset, so it needs ${missing.join(' and ')}`,
        hint:
          didYouMean(provider.name, presets.keys()) ??
          'e.g. { api: openai, baseUrl: https://llm.example.com/v1 }, or preset: ollama',
      })
  }
  found.push(...checkPlace(provider, raw, path))
  if (Object.hasOwn(raw, 'baseUrl'))
    found.push(...checkBaseUrl(provider, [...path, 'baseUrl'], config))
  found.push(...checkHeaders(mapping(raw['headers']), [...path, 'headers'], provider.name))
  return found
}

/** The preset that each key is for: with any other it would mean nothing. */
const places: Readonly<Record<string, string>> = {
  region: 'bedrock',
  project: 'vertex',
  location: 'vertex',
}

function checkPlace({ preset }: ProviderConfig, raw: Raw, path: Path): Found[] {
  return Object.entries(places).flatMap(([key, owner]): Found[] => {
    if (!Object.hasOwn(raw, key)) return []
    const found = (message: string): Found[] => [{ path: [...path, key], at: 'key', message }]
    if (preset !== owner) return found(`"${key}" is for the preset ${owner}`)
    if (owner === 'vertex' && Object.hasOwn(raw, 'baseUrl')) {
      return found(`baseUrl says the ${key} already`)
    }
    return key === 'location' && !Object.hasOwn(raw, 'project')
      ? found('"location" without "project" says too little')
      : []
  })
}

function checkBaseUrl(
  { baseUrl, credential }: ProviderConfig,
  path: Path,
  config: Config,
): Found[] {
  let url: URL
  try {
    url = new URL(baseUrl ?? '')
  } catch {
    const shown = baseUrl?.includes('@') ? 'text' : show(baseUrl)
    return [{ path, message: `found ${shown}, wanted a URL such as https://llm.example.com/v1` }]
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    return [
      {
        path,
        message: `found a URL that begins with ${url.protocol}, wanted http: or https:`,
        hint: 'e.g. http://localhost:11434/v1',
      },
    ]
  if (url.username || url.password)
    return [
      {
        path,
        message: 'found a URL that holds a user name or password',
        hint: 'write the key as credential: env:NAME',
      },
    ]
  // Azure's older API wants its version with every request; anything else there might be a key.
  const query = [...url.searchParams.keys()].some(name => name !== 'api-version')
  if (query || url.hash)
    return [
      {
        path,
        message: `found a URL with ${query ? 'a query' : 'a fragment'}, wanted one without`,
        ...(query ? { hint: 'only ?api-version=... may stand there' } : {}),
      },
    ]
  const loopback = isLoopback(url.hostname)
  const port = Number(url.port || (url.protocol === 'https:' ? 443 : 80))
  if (loopback && port === config.listen.port && isLoopback(config.listen.host))
    return [
      {
        path,
        message: `port ${port} on this machine is the gateway's own: it would call itself`,
        hint: 'run the other server, or the gateway (listen:), on another port',
      },
    ]
  if (!loopback && url.protocol === 'http:' && credential !== 'none')
    return [
      {
        path,
        severity: 'warning',
        message: 'the credential goes to another machine over http, readable on the way',
        hint: 'use https, or credential: none',
      },
    ]
  return []
}

function checkHeaders(headers: Raw, path: Path, provider: string): Found[] {
  const seen = new Set<string>()
  return Object.entries(headers).flatMap(([name, value]): Found[] => {
    const lower = name.toLowerCase()
    const at = [...path, name]
    if (!/^[\w!#$%&'*+.^`|~-]+$/.test(name))
      return [
        {
          path: at,
          at: 'key',
          message: `found ${show(name)}, which cannot be the name of a header`,
        },
      ]
    if (seen.has(lower))
      return [{ path: at, at: 'key', message: `found the header ${show(lower)} a second time` }]
    seen.add(lower)
    if (credentialHeaders.includes(lower))
      return [
        {
          path: at,
          at: 'key',
          message: `found the header ${show(name)}, which carries the credential`,
          hint: `write providers.${provider}.credential: env:NAME`,
        },
      ]
    if (connectionHeaders.includes(lower))
      return [
        {
          path: at,
          at: 'key',
          message: `found the header ${show(name)}, which the gateway sets itself`,
        },
      ]
    // A line break would begin a header of its own.
    if (typeof value === 'string' && /[^\t\x20-\x7e\x80-\xff]/.test(value))
      return [{ path: at, message: 'found a character that a header cannot carry' }]
    return []
  })
}

/** The aliases of the file, and again with each profile over them: only what the profile makes wrong is its fault. */
function checkAllAliases(config: Config): Found[] {
  const faults = checkAliases(config)
  const known = new Set(faults.map(keyOf))
  return [
    ...faults.map(atKey),
    ...[...config.profiles].flatMap(([profile, aliases]) => [
      ...checkAliases(overlay(config, [profileOverlay(profile, aliases)])).flatMap(fault => {
        const [place, name, ...rest] = fault.path
        // What it switches off is as the file has it, and was checked there.
        if (place === 'aliases' && aliases.get(String(name)) === null) return []
        if (place === 'aliases' && aliases.has(String(name)))
          return [atKey({ ...fault, path: ['profiles', profile, name!, ...rest] })]
        const message = `with the profile "${profile}": ${fault.message}`
        return known.has(keyOf(fault)) ? [] : [atKey({ ...fault, message })]
      }),
      ...[...aliases]
        .filter(([name, alias]) => !alias && !config.aliases.has(name))
        .map(
          ([name]): Found => ({
            path: ['profiles', profile, name],
            at: 'key',
            severity: 'warning',
            message: `there is no alias ${show(name)} to switch off`,
            hint: didYouMean(name, config.aliases.keys()),
          }),
        ),
    ]),
  ]
}

const keyOf = ({ path, message }: AliasFault): string => JSON.stringify([path, message])

const atKey = (fault: AliasFault): Found => ({ ...fault, at: 'key' }) as Found

/** Every alias of the file says what it means in one way. */
function checkTargets(raw: Raw): Found[] {
  const places: [Path, Raw][] = [
    [['aliases'], mapping(raw['aliases'])],
    ...Object.entries(mapping(raw['providers'])).map(([name, provider]): [Path, Raw] => [
      ['providers', name, 'aliases'],
      mapping(mapping(provider)['aliases']),
    ]),
    ...Object.entries(mapping(raw['profiles'])).map(([name, aliases]): [Path, Raw] => [
      ['profiles', name],
      mapping(aliases),
    ]),
  ]
  return places.flatMap(([path, aliases]) =>
    Object.entries(aliases).flatMap(([name, alias]): Found[] => {
      // A null or a list is the schema's to tell.
      if (typeof alias !== 'object' || alias === null) return []
      const { target, targets } = mapping(alias)
      const at = [...path, name]
      if (target === undefined && targets === undefined)
        return [
          {
            path: at,
            at: 'key',
            message: 'found neither target nor targets',
            hint: 'write target: openai/gpt-4o-mini',
          },
        ]
      if (target !== undefined && targets !== undefined)
        return [
          {
            path: [...at, 'targets'],
            at: 'key',
            message: 'found both target and targets',
            hint: 'put them all under targets:',
          },
        ]
      const list = Array.isArray(targets) ? targets.map(mapping) : []
      if (list.length && list.every(item => item['weight'] === 0))
        return [
          {
            path: [...at, 'targets'],
            message: 'found only weights of 0, so no target would be chosen',
          },
        ]
      return []
    }),
  )
}

function mapping(value: unknown): Raw {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Raw) : {}
}

function didYouMean(word: string, known: Iterable<string>): string | undefined {
  const near = nearest(word, known, 1)[0]
  return near === undefined ? undefined : `did you mean "${near}"?`
}

function isLoopback(host: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|\[?::1\]?)$/i.test(host)
}
