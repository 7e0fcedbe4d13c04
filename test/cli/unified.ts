import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import fc from 'fast-check'
import t from 'tap'
import { unifiedDiff } from '../../src/cli/unified.ts'

t.test('lines around, hunks apart, ends without a line end', async t => {
  const numbers = (change: (n: number) => string) =>
    Array.from({ length: 30 }, (_, i) => `${change(i + 1)}\n`).join('')
  const before = numbers(String)
  t.equal(
    unifiedDiff(before, `${numbers(n => (n === 5 ? 'five' : String(n)))}end`),
    `@@ -2,7 +2,7 @@
 2
 3
 4
-5
+five
 6
 7
 8
@@ -28,3 +28,4 @@
 28
 29
 30
+end
\\ No newline at end of file`,
  )
  t.equal(unifiedDiff('a\n', 'a\n'), '')
  t.equal(unifiedDiff('', 'a\nb\n'), '@@ -0,0 +1,2 @@\n+a\n+b')
  t.equal(unifiedDiff('a\r\n', 'b\r\n'), '@@ -1 +1 @@\n-a\r\n+b\r')
})

const patch = (() => {
  try {
    execFileSync('patch', ['--version'])
    return {}
  } catch {
    return { skip: 'no patch(1)' }
  }
})()

t.test('patch(1) makes the one of the other', patch, async t => {
  const dir = t.testdir()
  const text = fc
    .tuple(fc.array(fc.constantFrom('a', 'b', 'c', '', '# d')), fc.boolean())
    .map(([lines, ended]) => lines.join('\n') + (ended && lines.length > 0 ? '\n' : ''))
  fc.assert(
    fc.property(text, text, (before, after) => {
      const diff = unifiedDiff(before, after)
      if (diff === '') return before === after
      writeFileSync(`${dir}/f`, before)
      const input = `--- f\n+++ f\n${diff}\n`
      execFileSync('patch', ['-s', '--no-backup-if-mismatch', `${dir}/f`], { input })
      // An empty outcome may be no file at all.
      return after === '' || readFileSync(`${dir}/f`, 'utf8') === after
    }),
    { numRuns: 60 },
  )
})
