import type { Target } from '../alias/resolve.ts'
import { fetchSource } from '../proxy/fetch-source.ts'
import { sawUrl } from '../translate/traces.ts'
import type { Steps } from '../wire/steps.ts'
import { takeSteps } from './take-steps.ts'
import { type Asked, isLong, urlsFor } from './way.ts'

/** Of one request; whoever sends more wants something else than an answer. */
const mostUrls = 20

/**
 * Goes on with a request at once, or where a target wants bytes in place of URLs, once these were fetched. A URL that cannot be fetched fails the request with
 * `source_unreachable`.
 */
export function withSources(
  asked: Asked,
  targets: readonly Target[],
  goOn: (asked: Asked) => void,
): void {
  // Almost no request has one, and to look for them takes long.
  if (!sawUrl(asked.body.scan.seen)) {
    goOn(asked)
    return
  }
  takeSteps(asked.exchange, isLong(asked), urlsOf(asked, targets), urls => {
    if (urls.length === 0) goOn(asked)
    else fetchUrls(asked, urls, goOn)
  })
}

function fetchUrls(asked: Asked, urls: readonly string[], goOn: (asked: Asked) => void): void {
  const { exchange } = asked
  const fetching = urls.map(async url => [url, await fetchSource(url)] as const)
  void Promise.all(fetching)
    .then(fetched => {
      // The client may have left while it waited.
      if (!exchange.res.destroyed) goOn({ ...asked, fetched: new Map(fetched) })
    })
    .catch(error => exchange.fail(error))
}

function* urlsOf(asked: Asked, targets: readonly Target[]): Steps<string[]> {
  const { providers } = asked.exchange.snapshot
  const urls = new Set<string>()
  for (const target of targets) {
    try {
      const found = yield* urlsFor(asked, target, providers.get(target.provider)!)
      for (const url of found) urls.add(url)
    } catch {
      // Told when the target is tried, if it is.
    }
  }
  return [...urls].slice(0, mostUrls)
}
