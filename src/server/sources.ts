import type { Target } from '../alias/resolve.ts'
import { fetchSource } from '../proxy/fetch-source.ts'
import { type Asked, mayHaveUrls, urlsFor } from './way.ts'

/** Of one request; whoever sends more wants something else than an answer. */
const mostUrls = 20
/** A request longer than this is read in one turn of the event loop and written in another: everybody waits for a turn. */
const turnLimit = 512 * 1024

/**
 * Goes on with a request at once, or where a target wants bytes in place of URLs, once these were fetched; with a long one
 * that is to be translated when others have had their turn. A URL that cannot be fetched fails the request with
 * `source_unreachable`.
 */
export function withSources(
  asked: Asked,
  targets: readonly Target[],
  goOn: (asked: Asked) => void,
): void {
  const { exchange, body } = asked
  const long = body.bytes.length > turnLimit
  // A long one that is to be translated is read by that, whether or not it has any.
  const read = mayHaveUrls(body.bytes) ? targets : long ? targets.slice(0, 1) : []
  const urls = urlsOf(asked, read)
  const later = (asked: Asked): void => {
    // The client may have left while it waited.
    if (exchange.res.destroyed) return
    try {
      goOn(asked)
    } catch (error) {
      exchange.fail(error)
    }
  }
  if (urls.length > 0) {
    void Promise.all(urls.map(async url => [url, await fetchSource(url)] as const)).then(
      fetched => later({ ...asked, fetched: new Map(fetched) }),
      error => exchange.fail(error),
    )
  } else if (long && asked.ways) {
    // In the first of them nobody has been heard yet.
    setImmediate(() => setImmediate(later, asked))
  } else goOn(asked)
}

function urlsOf(asked: Asked, targets: readonly Target[]): string[] {
  const { providers } = asked.exchange.snapshot
  const urls = targets.flatMap(target => {
    try {
      return urlsFor(asked, target, providers.get(target.provider)!)
    } catch {
      // Told when the target is tried, if it is.
      return []
    }
  })
  return [...new Set(urls)].slice(0, mostUrls)
}
