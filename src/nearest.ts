/**
 * The known words closest to `word`, best first, at most `count`: those a person would have meant.
 * By edit distance (a swap of neighbours counts as one edit) within a third of the word's length, or by a shared part
 * of the name ("turbo" finds "gpt-4-turbo"). Case does not count.
 */
export function nearest(word: string, known: Iterable<string>, count = 3): string[] {
  // A hostile name of 64 KiB must not cost a quadratic distance.
  if (word.length === 0 || word.length > 256) return []
  const sought = word.toLowerCase()
  const limit = Math.max(1, Math.floor(sought.length / 3))
  const ranked: { name: string; score: number }[] = []
  for (const name of new Set(known)) {
    const candidate = name.toLowerCase()
    if (candidate.length > 256) continue
    const distance =
      Math.abs(candidate.length - sought.length) > limit ? Infinity : edits(sought, candidate)
    if (distance <= limit) ranked.push({ name, score: distance })
    else if (sharesWord(sought, candidate))
      ranked.push({ name, score: limit + 1 + Math.abs(candidate.length - sought.length) })
  }
  return ranked
    .sort((a, b) => a.score - b.score || (a.name < b.name ? -1 : 1))
    .slice(0, count)
    .map(entry => entry.name)
}

/** True where one name contains the other, or they share a part of three letters or more. */
function sharesWord(a: string, b: string): boolean {
  if (a.length >= 3 && b.length >= 3 && (a.includes(b) || b.includes(a))) return true
  const parts = new Set(b.split(/[^a-z\d]+/))
  return a
    .split(/[^a-z\d]+/)
    .some(part => part.length >= 3 && !/^\d+$/.test(part) && parts.has(part))
}

/** Damerau's distance, optimal string alignment: insertions, deletions, substitutions and swaps of neighbours. */
function edits(a: string, b: string): number {
  let before: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1]
      let cost = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + (same ? 0 : 1))
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        cost = Math.min(cost, before[j - 2]! + 1)
      row.push(cost)
    }
    before = last
    last = row
  }
  return last[b.length]!
}
