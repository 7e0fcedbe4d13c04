import type { Target } from '../alias/resolve.ts'
import { fetchSource } from '../proxy/fetch-source.ts'
import type { Steps } from '../wire/steps.ts'
import { translatedPlan } from './translated-plan.ts'
import { type Asked, isLong, translatedFrom, urlsFor, wayTo } from './way.ts'

/** Of one request; whoever sends more wants something else than an answer. */
const mostUrls = 20

/**
 * Goes on with a request at once, or where a target wants bytes in place of URLs, once these were fetched. A long one that is
 * to be translated is read and written in turns of the event loop of their own. A URL that cannot be fetched fails the
 * request with `source_unreachable`.
 */
export function withSources(
  asked: Asked,
  targets: readonly Target[],
  goOn: (asked: Asked) => void,
): void {
  const target = targets[0]!
  const provider = providerOf(asked, target)
  const asking = translatedFrom(asked, target, provider)
  if (!asking) {
    fetchUrls(asked, targets, goOn)
    return
  }
  const read = function* (): Steps<true> {
    // It was scanned in this turn.
    yield
    wayTo(asked, target, provider, asking)
    yield
    return true
  }
  const write = (asked: Asked): void => {
    if (!isLong(asked)) {
      goOn(asked)
      return
    }
    inTurns(asked, translatedPlan(asked, target, provider, asking), plan =>
      goOn(plan ? { ...asked, ready: { target, plan } } : asked),
    )
  }
  const fetchAndWrite = (): void => fetchUrls(asked, targets, write)
  if (isLong(asked)) inTurns(asked, read(), done => (done ? fetchAndWrite() : goOn(asked)))
  else fetchAndWrite()
}

/**
 * Takes the steps of a request one in a turn of the event loop, unless its client leaves, and goes on with what they come to;
 * with nothing where they fail: that is told when the target is tried.
 */
function inTurns<Result>(
  asked: Asked,
  steps: Steps<Result>,
  goOn: (result: Result | undefined) => void,
): void {
  const step = (): void =>
    unlessLeft(asked, () => {
      const next = nextOf(steps)
      if (next.done) goOn(next.value)
      // The first of two turns may be this one's own, in which nobody is heard.
      else setImmediate(setImmediate, step)
    })
  step()
}

function nextOf<Result>(steps: Steps<Result>): IteratorResult<void, Result | undefined> {
  try {
    return steps.next()
  } catch {
    return { done: true, value: undefined }
  }
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
