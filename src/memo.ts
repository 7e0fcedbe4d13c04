/** A longer text is worked out each time: what clients send must not stay in the memory in any length. */
const longest = 100
/** So many texts are known at once. */
const most = 1000

/** `make`, which gives what it gave before for a text that it has had before. */
export function memo<Value>(make: (text: string) => Value): (text: string) => Value {
  const known = new Map<string, Value>()
  return text => {
    let value = known.get(text)
    if (value === undefined) {
      value = make(text)
      if (text.length > longest) return value
      if (known.size >= most) known.clear()
      // A copy: a text that was cut out of a longer one keeps all of that.
      known.set(Buffer.from(text).toString(), value)
    }
    return value
  }
}
