/** Adds all of `more` to the end of a list. `push(...more)` fails where they are more than a hundred thousand: they stand on the stack. */
export function addAll<Element>(list: Element[], more: Iterable<Element>): void {
  for (const element of more) list.push(element)
}
