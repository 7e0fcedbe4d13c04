import type { Branch, Resolution, Target } from './resolve.ts'

/**
 * The targets in the order to try them. Where a list has weights, the order follows from `key` alone: the same key (a
 * conversation) always has the same order, and over many keys the first places are shared out by weight. A target that
 * is added or taken away moves only the keys that have to move.
 * Source: weighted rendezvous hashing, https://www.snia.org/sites/default/files/SDC15_presentations/dist_sys/Jason_Resch_New_Consistent_Hashings_Rev.pdf
 */
export function choose(resolution: Resolution, key: string): readonly Target[] {
  return resolution.weighted ? ordered(resolution.weighted.tree, key) : resolution.targets
}

function ordered(branch: Branch, key: string): Target[] {
  if ('target' in branch) return [branch.target]
  const { branches, weights } = branch
  if (!weights) return branches.flatMap(b => ordered(b, key))
  return branches
    .map((b, i) => ({ b, score: -Math.log(fraction(`${key}\n${label(b)}`)) / weights[i]! }))
    .sort((a, b) => a.score - b.score)
    .flatMap(({ b }) => ordered(b, key))
}

const label = (branch: Branch): string =>
  'target' in branch
    ? `${branch.target.provider}/${branch.target.model}`
    : branch.branches.map(label).join(',')

/** A number in (0, 1), evenly spread over texts: FNV-1a, finished as murmur3 does, because FNV alone leaves the high bits weak. */
function fraction(text: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (((hash ^ (hash >>> 16)) >>> 0) + 0.5) / 2 ** 32
}
