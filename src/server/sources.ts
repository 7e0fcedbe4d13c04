import type { Target } from '../alias/resolve.ts'
import { fetchSource } from '../proxy/fetch-source.ts'
import { type Asked, urlsFor } from './way.ts'

/** Of one request; whoever sends more wants something else than an answer. */
const mostUrls = 20

/**
 * Goes on with a request at once, or where a target wants bytes in place of URLs, once these were fetched. A URL that
 * cannot be fetched fails the request with `source_unreachable`.
 */
export function withSources(
  asked: Asked,
  targets: readonly Target[],
  goOn: (asked: Asked) => void,
): void {
  const { exchange, body } = asked
  // Almost no request has one, and to look for them costs a parse.
  const urls = body.bytes.includes('http') ? urlsOf(asked, targets) : []
  if (urls.length === 0) {
    goOn(asked)
    return
  }
  void Promise.all(urls.map(async url => [url, await fetchSource(url)] as const)).then(
    fetched => {
      // The client may have left while it waited.
      if (!exchange.res.destroyed) goOn({ ...asked, fetched: new Map(fetched) })
    },
    error => exchange.fail(error),
  )
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
