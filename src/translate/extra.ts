import type { ModelRequest, Vendor } from './message.ts'

/** Names of the fields of a request that only vendors other than this one know. */
export const foreignFields = ({ extra }: ModelRequest, vendor?: Vendor): string[] =>
  Object.entries(extra)
    .filter(([of]) => of !== vendor)
    .flatMap(([, fields]) => Object.keys(fields ?? {}))
