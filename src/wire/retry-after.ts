import { header, type RawHeaders } from './headers.ts'

/**
 * How long a response asks to wait before it is asked again, in milliseconds: `retry-after-ms`, or `retry-after` in
 * seconds or as a date (RFC 9110, section 10.2.3). Undefined where it does not say. `now` is in milliseconds since the epoch.
 */
export function retryAfter(headers: RawHeaders, now: number): number | undefined {
  const exact = figure(header(headers, 'retry-after-ms') ?? header(headers, 'x-ms-retry-after-ms'))
  if (exact !== undefined) return exact
  const text = header(headers, 'retry-after')
  if (text === undefined) return undefined
  const seconds = figure(text)
  if (seconds !== undefined) return seconds * 1000
  // Else `-5` would be a year.
  const date = /^\s*[a-z]{3}/i.test(text) ? Date.parse(text) : Number.NaN
  return Number.isNaN(date) ? undefined : Math.max(0, date - now)
}

const figure = (text: string | undefined): number | undefined =>
  text !== undefined && /^\s*\d+(\.\d+)?\s*$/.test(text) ? Number(text) : undefined
