// The small notations of the config: durations, sizes and the listen address. The schema has checked their shape.

const milliseconds = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const
const bytes = {
  B: 1,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  KiB: 1024,
  MiB: 1024 ** 2,
  GiB: 1024 ** 3,
} as const

/** `10s`, `2m`, `500ms`, `1h` or 0 -> milliseconds; undefined for anything else. */
export function parseDuration(text: unknown): number | undefined {
  return text === 0 || text === '0' ? 0 : count(text, milliseconds)
}

/** The longest that a timer of node's waits, about: what is more would be nothing. */
export const longestTimer = 576 * milliseconds.h

/** Milliseconds as the config writes them: `2m`, `500ms`, 0. */
export function writeDuration(ms: number): string | 0 {
  if (ms === 0) return 0
  const [unit, size] = Object.entries(milliseconds).findLast(([, size]) => ms % size === 0)!
  return `${ms / size}${unit}`
}

/** `64MiB`, `500KB` or a number of bytes -> bytes; undefined for anything else. */
export function parseSize(text: unknown): number | undefined {
  return typeof text === 'number' ? text : count(text, bytes)
}

function count(text: unknown, units: Readonly<Record<string, number>>): number | undefined {
  const [, figure, unit] = /^([\d.]+)([A-Za-z]+)$/.exec(String(text)) ?? []
  const factor = unit !== undefined && Object.hasOwn(units, unit) ? units[unit] : undefined
  return factor === undefined ? undefined : Math.round(Number(figure) * factor)
}

/** `host:port`, `[::1]:port` or a port alone; the host is without brackets. Undefined for anything else. */
export function parseListen(
  listen: unknown,
): { readonly host: string; readonly port: number } | undefined {
  const [, v6, name, digits] =
    /^(?:(?:\[([^\]]+)\]|([^\s:/@[\]]+)):)?(\d{1,5})$/.exec(String(listen)) ?? []
  const port = Number(digits)
  return port <= 65_535 ? { host: v6 ?? name ?? '127.0.0.1', port } : undefined
}
