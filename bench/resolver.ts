// What a name costs: 1,000 exact and 200 pattern aliases, and a hostile name of 64 KiB.
// npm run build && node bench/run.js resolver

import { Resolver } from '../src/alias/resolver.ts'
import { naming } from '../test/fixtures/naming.ts'

const aliases: Record<string, string> = {}
for (let i = 0; i < 1000; i++)
  aliases[`exact-${i}`] = i % 3 ? `openai/gpt-${i}` : i < 999 ? `exact-${i + 1}` : 'gpt-4'
for (let i = 0; i < 200; i++) {
  aliases[
    ['p*', '*-p', 'x-*-p', 'y*z*'][i % 4]!.replace('p', `pattern${i}`).replace('z', `z${i}`)
  ] = 'openai/gpt-*'
}
const resolver = new Resolver(naming({ aliases }))

function measure(what: string, rounds: number, act: (i: number) => void): void {
  for (let i = 0; i < rounds; i++) act(i)
  const start = process.cpuUsage()
  for (let i = 0; i < rounds; i++) act(i)
  const { user, system } = process.cpuUsage(start)
  console.log(`${what.padEnd(40)} ${((user + system) / rounds).toFixed(3)} us`)
}

const exact = Object.keys(aliases).filter(name => !name.includes('*'))
const matching = Object.keys(aliases)
  .filter(name => name.includes('*'))
  .map(name => name.replaceAll('*', 'abc'))
const all = [...exact, ...matching]
measure('exact', 1e6, i => resolver.resolve(exact[i % exact.length]!))
measure('pattern', 2e5, i => resolver.resolve(matching[i % matching.length]!))
measure('all 1,200 names in turn', 4e5, i => resolver.resolve(all[i % all.length]!))
measure('provider/model', 4e5, () => resolver.resolve('openai/gpt-4'))
for (const hostile of ['x-'.repeat(32_768), 'y'.repeat(65_536), `yz${'z1'.repeat(32_766)}`]) {
  measure(`64 KiB of ${hostile.slice(0, 6)}...`, 200, () => {
    try {
      resolver.resolve(hostile)
    } catch {
      // Nothing claims it, which is the longest way.
    }
  })
}
