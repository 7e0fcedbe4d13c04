import type { RawHeaders } from '../wire/headers.ts'

/** What differs from one provider API to the next. */
export interface ProviderApi {
  /** The fields that carry the key, for a request to this path. `given` is what else the request carries. */
  authorize(key: string, path: string, given: RawHeaders): string[]
}
