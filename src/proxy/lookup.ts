import {
  type LookupAddress,
  type LookupAllOptions,
  type LookupOptions,
  lookup as systemLookup,
} from 'node:dns'
import type { LookupFunction } from 'node:net'

type Found = (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void

const underWay = new Map<string, Found[]>()

/**
 * As node's own, but a name is looked up once at a time, for all that want to know. Nobody can call a look-up off: each holds one
 * of a few threads until the system gives it up, and while a name server is silent, requests to its one name, whose clients have
 * long left, would hold up those to all others.
 */
export const lookup: LookupFunction = (name, options, callback) => {
  const asked: LookupAllOptions = { ...(options as LookupOptions), all: true }
  const key = `${name} ${asked.family ?? 0} ${asked.hints ?? 0}`
  const answer: Found = (error, addresses) => {
    const [first] = addresses ?? []
    if (error || options.all || !first) callback(error, addresses)
    else callback(null, first.address, first.family)
  }
  const others = underWay.get(key)
  if (others) {
    others.push(answer)
    return
  }
  const all = [answer]
  underWay.set(key, all)
  systemLookup(name, asked, (error, addresses) => {
    underWay.delete(key)
    for (const each of all) each(error, addresses)
  })
}
