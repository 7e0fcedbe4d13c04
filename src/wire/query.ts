/** A query (with its `?`, or empty) without some parameters, every other byte as it was. */
export function withoutParameters(query: string, names: readonly string[]): string {
  if (query.length < 2) return query
  const kept = query
    .slice(1)
    .split('&')
    .filter(pair => !names.includes(parameterName(pair)))
  return kept.length > 0 ? `?${kept.join('&')}` : ''
}

/** The value of a parameter, decoded; undefined where there is none. */
export function parameterOf(query: string, name: string): string | undefined {
  return new URLSearchParams(query).get(name) ?? undefined
}

/** A query with another value for a parameter, in its old place or at the end. */
export function withParameter(query: string, name: string, value: string): string {
  const pair = `${name}=${encodeURIComponent(value)}`
  const pairs = query.length < 2 ? [] : query.slice(1).split('&')
  const at = pairs.findIndex(candidate => parameterName(candidate) === name)
  return `?${(at < 0 ? [...pairs, pair] : pairs.with(at, pair)).join('&')}`
}

function parameterName(pair: string): string {
  const equals = pair.indexOf('=')
  const name = equals < 0 ? pair : pair.slice(0, equals)
  try {
    return decodeURIComponent(name.replaceAll('+', ' '))
  } catch {
    return name
  }
}
