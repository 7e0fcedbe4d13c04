import type { Target } from '../alias/resolve.ts'
import { fetchSource } from '../proxy/fetch-source.ts'
import { type Asked, translatedFrom, urlsFor, wayTo } from './way.ts'

/** Of one request; whoever sends more wants something else than an answer. */
const mostUrls = 20
/** A request longer than this is scanned, read and written in turns of the event loop of their own: everybody waits for a turn. */
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
  if (asked.body.bytes.length <= turnLimit || !isTranslated(asked, targets[0]!)) {
    fetchUrls(asked, targets, goOn)
    return
  }
  inTurn(asked, () => {
    read(asked, targets[0]!)
    inTurn(asked, () => fetchUrls(asked, targets, goOn))
  })
}

function fetchUrls(asked: Asked, targets: readonly Target[], goOn: (asked: Asked) => void): void {
  const urls = urlsOf(asked, targets)
  if (urls.length === 0) {
    goOn(asked)
    return
  }
  void Promise.all(urls.map(async url => [url, await fetchSource(url)] as const)).then(
    fetched => unlessLeft(asked, () => goOn({ ...asked, fetched: new Map(fetched) })),
    error => asked.exchange.fail(error),
  )
}

/** Two turns: at the end of this one nobody has been heard yet. */
const inTurn = (asked: Asked, act: () => void): void => {
  setImmediate(() => setImmediate(unlessLeft, asked, act))
}

/** The client may have left while it waited. */
function unlessLeft({ exchange }: Asked, act: () => void): void {
  if (exchange.res.destroyed) return
  try {
    act()
  } catch (error) {
    exchange.fail(error)
  }
}

const providerOf = ({ exchange }: Asked, { provider }: Target) =>
  exchange.snapshot.providers.get(provider)!

const isTranslated = (asked: Asked, target: Target): boolean =>
  translatedFrom(asked, target, providerOf(asked, target)) !== undefined

function urlsOf(asked: Asked, targets: readonly Target[]): string[] {
  const urls = targets.flatMap(target => {
    try {
      return urlsFor(asked, target, providerOf(asked, target))
    } catch {
      // Told when the target is tried, if it is.
      return []
    }
  })
  return [...new Set(urls)].slice(0, mostUrls)
}

/** What is read is kept with the request. */
function read(asked: Asked, target: Target): void {
  const provider = providerOf(asked, target)
  try {
    wayTo(asked, target, provider, translatedFrom(asked, target, provider)!)
  } catch {
    // Told when the target is tried.
  }
}
