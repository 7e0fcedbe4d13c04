/** A longer text is worked out each time: what clients send must not stay in the memory in any length. */
const longest = 100
/** So many texts are known at once. */
const most = 1000

/** `make`, which gives what it gave before for a text that it has had before. */
export function memo<Value>(make: (text: string) => Value): (text: string) => Value {
  const known = new Map<string, Value>()
  return text => {
    const found = known.get(text)
    if (found !== undefined) return found
    const value = make(text)
    if (text.length > longest) return value
    // A text that was cut out of a longer one keeps all of that.
    const copy = Buffer.from(text).toString()
    // Half a surrogate is lost in it: it would be found by another text.
    if (copy !== text) return value
    if (known.size === most) known.clear()
    known.set(copy, value)
    return value
  }
}
