// Edits of a config text as splices: the lines of an entry are found by their offsets, and everything else stays as it is,
// byte for byte: comments, order, quotes, blank lines, indentation, line ends.
//
// Whatever the text looks like, a wrong edit cannot come out: the new text is parsed and compared with the value that was
// meant, key order included. What these splices cannot do (edit through a YAML reference, below a list, in a tagged value)
// throws `config_edit_failed`.

import { GatewayError } from '../errors.ts'
import { deleteIn, equal, renameIn, setIn } from './meant.ts'
import {
  type Entry,
  keyText,
  type MappingNode,
  type Parsed,
  parse,
  skipSpace,
  writeScalar,
  YamlFault,
  type YamlNode,
} from './parse.ts'
import { writeChildren, writeFlow, writeInline, writeLines } from './yaml-lines.ts'

type Mapping = Readonly<Record<string, unknown>>
type Keys = readonly string[]

interface Splice {
  readonly start: number
  readonly end: number
  readonly text: string
}

/** The text with `value` at `path`, inserted or replaced; missing parents are created. */
export function setValue(text: string, path: Keys, value: unknown): string {
  return edit(
    text,
    doc => planSet(doc, path, value),
    old => [setIn(old, path, value)],
  )
}

/** The text without the entry at `path`. Its parent stays, as null or `{}` where nothing is left in it. */
export function deleteValue(text: string, path: Keys): string {
  return edit(
    text,
    doc => planDelete(doc, path),
    old => [deleteIn(old, path, null), deleteIn(old, path, {})],
  )
}

/** The same for several entries at once, whose parents must all have entries already: one reading of a long text, not many. */
export function setValues(
  text: string,
  entries: readonly { readonly path: Keys; readonly value: unknown }[],
): string {
  return edit(
    text,
    doc => entries.flatMap(({ path, value }) => planSet(doc, path, value)),
    old => [entries.reduce<unknown>((now, { path, value }) => setIn(now, path, value), old)],
  )
}

/** The text without several entries, all of them in block style and in a text that ends with a line break. */
export function deleteValues(text: string, paths: readonly Keys[]): string {
  const meant = (old: Mapping, empty: unknown) =>
    paths.reduce<unknown>((now, path) => deleteIn(now, path, empty), old)
  return edit(
    text,
    doc =>
      paths.flatMap(path => {
        // Two that share a comma, or the line break before the end of a text without one, would both take it away.
        if (locate(doc, path).parent.flow || !text.endsWith('\n'))
          throw refuse('these entries go one by one')
        return planDelete(doc, path)
      }),
    old => [meant(old, null), meant(old, {})],
  )
}

/** The text with another last key of `path`, at the same place. */
export function renameKey(text: string, path: Keys, newKey: string): string {
  return edit(
    text,
    doc => planRename(doc, path, newKey),
    old => [renameIn(old, path, newKey)],
  )
}

/** `meant` gives the values of which the new text must have one. */
function edit(
  text: string,
  plan: (doc: Doc) => Splice[],
  meant: (value: Mapping) => unknown[],
): string {
  const doc = new Doc(text, parsed(text))
  // From the end, so that offsets hold; what is inserted at one place stays in the order of the plan.
  const next = plan(doc)
    .reverse()
    .sort((a, b) => b.start - a.start || b.end - a.end)
    .reduce((out, s) => out.slice(0, s.start) + s.text + out.slice(s.end), text)
  const value = parsed(next).value ?? {}
  if (!meant(doc.value).some(one => equal(value, one ?? {})))
    throw refuse('the outcome would not mean what was asked for')
  return next
}

function parsed(text: string): Parsed {
  try {
    return parse(text)
  } catch (error) {
    if (error instanceof YamlFault) throw refuse(error.message)
    throw error
  }
}

function refuse(reason: string): GatewayError {
  return new GatewayError('config_edit_failed', { file: 'the config', reason })
}

/** A text with its tree, and what its lines look like. */
class Doc {
  readonly text: string
  readonly root: Parsed['root']
  readonly value: Mapping
  readonly eol: string
  readonly first: number

  constructor(text: string, { root, value }: Parsed) {
    this.text = text
    this.root = root
    this.value = value ?? {}
    this.eol = /^[^\n]*\r\n/.test(text) ? '\r\n' : '\n'
    this.first = text.startsWith('\ufeff') ? 1 : 0
  }

  lineStart(offset: number): number {
    return Math.max(this.first, this.text.lastIndexOf('\n', offset - 1) + 1)
  }

  /** Where the line break after `offset` begins; the end of the text on its last line. */
  lineEnd(offset: number): number {
    const end = this.text.indexOf('\n', offset)
    if (end === -1) return this.text.length
    return end > offset && this.text[end - 1] === '\r' ? end - 1 : end
  }

  column(offset: number): number {
    return offset - this.lineStart(offset)
  }

  /** After the `:` of an entry; after its key where it has none, as in `{a}`. */
  colonEnd({ key }: Entry): number {
    const colon = skipSpace(this.text, key.end)
    return this.text[colon] === ':' ? colon + 1 : key.end
  }

  /** The end of what an entry says, without the blank lines that a block scalar drags along. */
  contentEnd(node: YamlNode): number {
    const last =
      node.kind === 'mapping' && !node.flow
        ? node.entries.at(-1)?.value
        : node.kind === 'sequence' && !node.flow
          ? node.items.at(-1)
          : undefined
    if (last) return this.contentEnd(last)
    if (node.kind !== 'scalar' || node.style !== 'block') return node.end
    const body = this.text.slice(node.start, node.end)
    const keeps = /^[^\n#]*[|>]\d?\+/.test(body)
    return node.start + (keeps ? body.replace(/\r?\n$/, '') : body.trimEnd()).length
  }

  /** The end of the last line of an entry, its own comment included. */
  entryEnd({ value }: Entry): number {
    return this.lineEnd(this.contentEnd(value))
  }

  /** The end of the last of the comment lines after `offset` that are indented by `column` or more. */
  commentsEnd(offset: number, column: number): { end: number; column: number | undefined } {
    let end = offset
    let indent: number | undefined
    for (let at = offset; at < this.text.length; ) {
      const start = this.text.indexOf('\n', at) + 1
      if (start === 0) break
      at = this.lineEnd(start)
      const line = this.text.slice(start, at)
      if (line.trim() === '') continue
      const own = line.search(/\S/)
      if (line[own] !== '#' || own < column) break
      end = at
      indent ??= own
    }
    return { end, column: indent }
  }

  /** By how much children are indented: as the siblings' are, or as the first in the text, or by two. */
  step(near: MappingNode | undefined): number {
    return (near && this.stepIn(near)) ?? (this.root && this.stepIn(this.root)) ?? 2
  }

  private stepIn(node: YamlNode): number | undefined {
    if (node.kind !== 'mapping' || node.flow) return undefined
    for (const { key, value } of node.entries) {
      if (value.kind === 'mapping' && !value.flow && value.entries.length) {
        const step = this.column(value.entries[0]!.key.start) - this.column(key.start)
        if (step > 0) return step
      }
      const deeper = this.stepIn(value)
      if (deeper !== undefined) return deeper
    }
    return undefined
  }
}

// --- set

function planSet(doc: Doc, path: Keys, value: unknown): Splice[] {
  if (!path.length) throw refuse('no key was named')
  let node: YamlNode | undefined = doc.root
  let owner: Entry | undefined
  let parent: MappingNode | undefined
  for (const [i, key] of path.entries()) {
    const rest = path.slice(i)
    if (!node || isNull(node)) return fillNull(doc, owner, parent, rest, value)
    if (node.kind === 'reference')
      throw refuse(
        `the value of ${path.slice(0, i).join('.')} is the YAML reference *${node.anchor}`,
      )
    if (node.kind !== 'mapping')
      throw refuse(`the value of ${path.slice(0, i).join('.')} is not a mapping`)
    const entry: Entry | undefined = node.entries.find(({ key: own }) => keyText(own) === key)
    if (!entry) {
      // `aliases: {}` is where lines of their own are better to read and to edit.
      const bare = /^\{\s*\}$/.test(doc.text.slice(node.start, node.end))
      if (bare && !parent?.flow) return fillNull(doc, owner, parent, rest, value)
      return node.flow
        ? insertFlow(doc, node, rest, value)
        : insertBlock(doc, node, owner, rest, value)
    }
    parent = node
    owner = entry
    node = entry.value
  }
  return replace(doc, owner!, parent!, value)
}

/** Puts the first entry into what was null, `{}`, or an empty file. */
function fillNull(
  doc: Doc,
  owner: Entry | undefined,
  parent: MappingNode | undefined,
  rest: Keys,
  value: unknown,
): Splice[] {
  if (!owner) {
    const { root } = doc
    const lines = writeLines(rest, value, 0, doc.step(undefined))
    // `{}` or nothing at all; then the file is comments, and the entry comes after them.
    const remove =
      root && root.end > root.start ? [{ start: root.start, end: root.end, text: '' }] : []
    return [...remove, appendLines(doc, lines)]
  }
  if (parent!.flow) return replace(doc, owner, parent!, nest(rest, value))
  const { value: node } = owner
  const keyColumn = doc.column(owner.key.start)
  const lineEnd = doc.lineEnd(node.end)
  const comments = doc.commentsEnd(lineEnd, keyColumn + 1)
  const column = comments.column ?? keyColumn + doc.step(parent)
  const text = doc.text.slice(node.start, node.end)
  // An anchor stays: it then names the mapping.
  const written = /(?:^|\s)(\{\s*\}|~|null)$/i.exec(text)?.[1] ?? ''
  const from = node.end - written.length
  const blank = / *$/.exec(doc.text.slice(0, from))![0].length
  return [
    ...(written ? [{ start: from - blank, end: node.end, text: '' }] : []),
    insertAfter(doc, comments.end, writeLines(rest, value, column, doc.step(parent))),
  ]
}

function insertBlock(
  doc: Doc,
  node: MappingNode,
  owner: Entry | undefined,
  rest: Keys,
  value: unknown,
): Splice[] {
  const column = doc.column(node.entries[0]!.key.start)
  const lines = writeLines(rest, value, column, doc.step(node))
  const end = doc.entryEnd(node.entries.at(-1)!)
  // Comments indented like the entries belong to them; below the last key of the root anything may stand.
  const after = doc.commentsEnd(end, owner ? Math.max(column, 1) : column + 1).end
  return [insertAfter(doc, after, lines)]
}

function insertFlow(doc: Doc, node: MappingNode, rest: Keys, value: unknown): Splice[] {
  const { text } = doc
  const inner = nest(rest.slice(1), value)
  const entry = isJson(doc, node)
    ? `${JSON.stringify(rest[0])}: ${JSON.stringify(inner)}`
    : `${writeScalar(rest[0]!)}: ${writeFlow(inner)}`
  const last = node.entries.at(-1)
  if (!last) return [{ start: node.body + 1, end: node.body + 1, text: entry }]
  const end = doc.contentEnd(last.value)
  const next = skipSpace(text, end)
  const comma = text[next] === ','
  const after = comma ? next + 1 : end
  const start = doc.lineStart(last.key.start)
  const indent = text.slice(start, last.key.start)
  const ownLine = /^[ \t]*$/.test(indent) && doc.lineEnd(after) < node.end
  if (!ownLine) return [{ start: after, end: after, text: `${comma ? '' : ','} ${entry}` }]
  // One entry a line: the comment of the last one stays beside it.
  const line = doc.lineEnd(after)
  return [
    ...(comma ? [] : [{ start: end, end, text: ',' }]),
    { start: line, end: line, text: `${doc.eol}${indent}${entry}${comma ? ',' : ''}` },
  ]
}

function replace(doc: Doc, entry: Entry, parent: MappingNode, value: unknown): Splice[] {
  const { text } = doc
  const { key, value: old } = entry
  const colon = doc.colonEnd(entry)
  const hasColon = colon > key.end
  if (parent.flow) {
    const flow = isJson(doc, parent) ? JSON.stringify(value) : writeFlow(value)
    if (old.end > old.start) return [{ start: old.start, end: old.end, text: flow }]
    return [{ start: colon, end: colon, text: `${hasColon ? '' : ':'} ${flow}` }]
  }
  const column = doc.column(key.start)
  const step = doc.step(parent)
  const inline = writeInline(value)
  const below = inline === undefined ? writeChildren(value as Mapping, column + step, step) : []
  const lines = below.map(line => doc.eol + line).join('')
  const keyEnd = doc.lineEnd(colon)
  const end = doc.entryEnd(entry)
  const block =
    old.kind === 'scalar' ? old.style === 'block' : old.kind !== 'reference' && !old.flow
  if (block || old.start > keyEnd) {
    // What stands on the key's own line is an anchor, a tag or the sign of a block scalar; a comment there stays.
    const line = text.slice(colon, keyEnd)
    const signs = /^(?:[ \t]+[^#\s]\S*)*/.exec(line)![0].length
    return [
      { start: colon, end: colon + signs, text: inline === undefined ? '' : ` ${inline}` },
      { start: keyEnd, end, text: lines },
    ]
  }
  if (inline === undefined)
    return [
      { start: colon, end: old.end, text: '' },
      { start: end, end, text: lines },
    ]
  return old.end > old.start
    ? [{ start: old.start, end: old.end, text: inline }]
    : [{ start: colon, end: colon, text: ` ${inline}` }]
}

/** New lines after the line that ends at `end`. */
function insertAfter(doc: Doc, end: number, lines: readonly string[]): Splice {
  return { start: end, end, text: lines.map(line => doc.eol + line).join('') }
}

/** New lines at the end of the file, which may lack its last line break. */
function appendLines(doc: Doc, lines: readonly string[]): Splice {
  const end = doc.text.length
  const open = end > doc.first && !doc.text.endsWith('\n')
  const text = lines.join(doc.eol)
  return { start: end, end, text: open ? doc.eol + text : text + doc.eol }
}

// --- delete and rename

function locate(doc: Doc, path: Keys): { entry: Entry; parent: MappingNode } {
  let node: YamlNode | undefined = doc.root
  let parent: MappingNode | undefined
  let entry: Entry | undefined
  for (const key of path) {
    if (node?.kind === 'reference')
      throw refuse(`a value above ${path.join('.')} is the YAML reference *${node.anchor}`)
    parent = node?.kind === 'mapping' ? node : undefined
    entry = parent?.entries.find(({ key: own }) => keyText(own) === key)
    if (!entry) throw refuse(`there is no ${path.join('.')} of its own`)
    node = entry.value
  }
  if (!entry || !parent) throw refuse('no key was named')
  return { entry, parent }
}

function planDelete(doc: Doc, path: Keys): Splice[] {
  const { entry, parent } = locate(doc, path)
  return parent.flow ? deleteFlow(doc, parent, entry) : [deleteLines(doc, entry)]
}

function deleteLines(doc: Doc, entry: Entry): Splice {
  const { text } = doc
  const { key } = entry
  const start = doc.lineStart(key.start)
  // A comment that is indented further belongs to the entry; left behind, a block scalar above would swallow it.
  const { end } = doc.commentsEnd(doc.entryEnd(entry), doc.column(key.start) + 1)
  const next = text.indexOf('\n', end)
  if (next !== -1) return { start, end: next + 1, text: '' }
  // The last line has no line break of its own: the one before it goes, so that the text still ends without one.
  const before = /\r?\n$/.exec(text.slice(0, start))?.[0].length ?? 0
  return { start: start - before, end: text.length, text: '' }
}

function deleteFlow(doc: Doc, parent: MappingNode, entry: Entry): Splice[] {
  const { text } = doc
  const index = parent.entries.indexOf(entry)
  const previous = parent.entries[index - 1]
  const start = entry.key.start
  const end = Math.max(entry.value.end, entry.key.end)
  const sign = skipSpace(text, end)
  const comma = text[sign] === ','
  const after = comma ? sign + 1 : end
  const lineStart = doc.lineStart(start)
  const lineEnd = doc.lineEnd(after)
  const alone =
    text.slice(lineStart, start).trim() === '' && /^[ \t]*(#|$)/.test(text.slice(after, lineEnd))
  if (alone && lineStart > parent.body) {
    const line = { start: lineStart, end: text.indexOf('\n', lineEnd) + 1, text: '' }
    // YAML forgives the comma before it; JSON does not.
    if (!previous || comma || !isJson(doc, parent)) return [line]
    const mark = skipSpace(text, previous.value.end)
    return [{ start: mark, end: mark + 1, text: '' }, line]
  }
  if (comma && index < parent.entries.length - 1) {
    const blank = /^[ \t]*/.exec(text.slice(after))![0].length
    return [{ start, end: after + blank, text: '' }]
  }
  if (previous) {
    // The comma before goes with the last entry, and the blanks between them.
    const before = Math.max(previous.value.end, previous.key.end)
    const mark = skipSpace(text, before)
    const between = /[ \t]*$/.exec(text.slice(mark + 1, start))![0].length
    // At the beginning of a line they are the indentation, which the bracket after it needs.
    const blank = text[start - between - 1] === '\n' ? 0 : between
    return [
      { start: mark, end: mark + 1, text: '' },
      { start: start - blank, end: comma ? sign + 1 : end, text: '' },
    ]
  }
  const close = skipSpace(text, after)
  const inside = text.slice(parent.body + 1, close)
  return inside.includes('#') || inside.includes('\n')
    ? [{ start, end: after, text: '' }]
    : [{ start: parent.body + 1, end: close, text: '' }]
}

function planRename(doc: Doc, path: Keys, newKey: string): Splice[] {
  const { entry, parent } = locate(doc, path)
  if (parent.entries.some(({ key }) => key !== entry.key && keyText(key) === newKey))
    throw refuse(`there is a "${newKey}" already`)
  const { start, end } = entry.key
  const text = isJson(doc, parent) ? JSON.stringify(newKey) : writeScalar(newKey)
  return [{ start, end, text }]
}

// --- writing values

/** Written as JSON writes it, as far as its keys tell: what is added is to be JSON, too. */
function isJson(doc: Doc, { flow, entries }: MappingNode): boolean {
  return flow && entries.length > 0 && entries.every(({ key }) => doc.text[key.start] === '"')
}

/** A mapping with one entry below another: what the missing parents of a path become. */
function nest(path: Keys, value: unknown): unknown {
  return path.reduceRight<unknown>((inner, key) => Object.fromEntries([[key, inner]]), value)
}

function isNull(node: YamlNode): boolean {
  return (
    node.kind === 'scalar' &&
    (node.style === 'empty' || (node.style === 'plain' && /^(~|null|)$/i.test(node.text)))
  )
}
