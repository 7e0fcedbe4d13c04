import { parseDuration as readDuration } from '../config/units.ts'
import { GatewayError } from '../errors.ts'

/** Milliseconds of a duration such as `500ms`, `30s`, `2m`, `1h` or 0. Throws `usage`. */
export function parseDuration(text: string): number {
  const ms = readDuration(text)
  if (ms !== undefined) return ms
  throw new GatewayError('usage', {
    reason: `"${text}" is not a duration`,
    hint: 'write it as 500ms, 30s, 2m or 1h',
  })
}

/** A whole number of at least 0. Throws `usage`. */
export function parseCount(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text)
  throw new GatewayError('usage', { reason: `"${text}" is not a whole number` })
}

/** `850 ms`, `1.2 s`, `3 min 20 s`, `2 h 5 min`, `4 d 3 h`: two units at most. */
export function formatDuration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`
  const minutes = Math.floor(ms / 60_000)
  if (minutes < 60) return `${minutes} min ${Math.floor((ms % 60_000) / 1000)} s`
  const hours = Math.floor(minutes / 60)
  return hours < 24
    ? `${hours} h ${minutes % 60} min`
    : `${Math.floor(hours / 24)} d ${hours % 24} h`
}

/** `812 KiB`, `52.3 MiB`. */
export function formatBytes(bytes: number): string {
  return bytes < 1 << 20
    ? `${Math.round(bytes / 1024)} KiB`
    : `${(bytes / (1 << 20)).toFixed(1)} MiB`
}

/** `1 answer`, `2 answers`; where an s does not make the plural, it is given. */
export const count = (n: number, thing: string, things = `${thing}s`): string =>
  `${n} ${n === 1 ? thing : things}`
