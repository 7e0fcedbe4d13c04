import { statSync } from 'node:fs'
import fc from 'fast-check'
import t from 'tap'
import { authorOf, type EditNote, noteEdit, readEditNotes } from '../../src/config/edits.ts'

const note = (number: number, from: string, to: string, by = `c${number}`): EditNote => ({
  number,
  from,
  to,
  by,
})

t.test('notes are kept, numbered, bounded, and nobody else may read them', async t => {
  const folder = `${t.testdir()}/deep/history`
  t.same(await readEditNotes(folder), [])
  for (let i = 0; i < 103; i++) await noteEdit(folder, { from: `${i}`, to: `${i + 1}`, by: 'x' })
  const notes = await readEditNotes(folder)
  t.equal(notes.length, 100)
  t.match(notes.at(-1), { number: 103, from: '102', to: '103' })
  if (process.platform !== 'win32') t.equal(statSync(`${folder}/edits.json`).mode & 0o777, 0o600)
})

t.test('who made a text of another', async t => {
  const notes = [note(1, 'a', 'b'), note(2, 'b', 'c'), note(3, 'x', 'd')]
  t.match(authorOf(notes, 'a', 'b', 0), { commands: ['c1'], byHand: false, note: 1 })
  t.match(authorOf(notes, 'a', 'c', 0), { commands: ['c1', 'c2'], byHand: false, note: 2 })
  t.match(authorOf(notes, 'c', 'd', 2), { commands: ['c3'], byHand: true }, 'both did')
  t.same(authorOf(notes, 'a', 'e', 0), { commands: [], byHand: true, note: 0 })
  const told = authorOf(notes, 'a', 'b', 2)
  t.same(told, { commands: [], byHand: true, note: 2 }, 'one that was told before')
})

t.test('edits in a row are always found, whatever was noted beside them', async () => {
  fc.assert(
    fc.property(fc.nat(8), fc.array(fc.tuple(fc.nat(9), fc.nat(9))), (length, others) => {
      const chain = Array.from({ length: length + 1 }, (_, i) => [`t${i}`, `t${i + 1}`] as const)
      const noise = others.map(([from, to]) => [`n${from}`, `n${to}`] as const)
      const notes = [...noise, ...chain].map(([from, to], i) => note(i + 1, from, to))
      const author = authorOf(notes, 't0', `t${length + 1}`, 0)
      return !author.byHand && author.commands.length === length + 1
    }),
  )
})
