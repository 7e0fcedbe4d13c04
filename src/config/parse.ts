// The only door to js-yaml: text -> a tree of nodes with source offsets, and the plain value.
//
// What we accept is YAML 1.2's core schema and merge keys (`<<`), a mapping or nothing at the root of a document.
// A byte order mark and CRLF are fine. Offsets count UTF-16 units of the text as given; lines and columns from 1.

import {
  COLLECTION_STYLE,
  CORE_SCHEMA,
  constructFromEvents,
  dump,
  EVENT_ID,
  getScalarValue,
  mergeTag,
  parseEvents,
  SCALAR_STYLE,
  type ScalarEvent,
  YAMLException,
  type Event as YamlEvent,
} from 'js-yaml'

const schema = CORE_SCHEMA.withTags(mergeTag)

export interface Position {
  readonly line: number
  readonly column: number
}

export type Path = readonly (string | number)[]

interface Span {
  /** Where the node begins, its anchor and tag included; for a null without text, where its text would stand. */
  readonly start: number
  readonly end: number
  /** The names after `&` and `*`, if any. */
  readonly anchor: string | undefined
}

export interface ScalarNode extends Span {
  readonly kind: 'scalar'
  /** The text after quotes and escapes. */
  readonly text: string
  /** `empty` is a null that is not written at all. */
  readonly style: 'plain' | 'quoted' | 'block' | 'empty'
}
export interface MappingNode extends Span {
  readonly kind: 'mapping'
  readonly flow: boolean
  /** Where its `{` or its first key stands, after anchor and tag. */
  readonly body: number
  readonly entries: readonly Entry[]
}
export interface SequenceNode extends Span {
  readonly kind: 'sequence'
  readonly flow: boolean
  readonly items: readonly YamlNode[]
}
export interface ReferenceNode extends Span {
  readonly kind: 'reference'
  readonly target: YamlNode | undefined
}
export interface Entry {
  readonly key: YamlNode
  readonly value: YamlNode
}
export type YamlNode = ScalarNode | MappingNode | SequenceNode | ReferenceNode

/** A fault in the text itself. Faults are found one after the other, or all at once where the text can be read on. */
export interface Fault extends Position {
  readonly message: string
  readonly hint?: string
}

export class YamlFault extends Error {
  readonly faults: readonly Fault[]
  constructor(faults: readonly Fault[]) {
    super(faults.map(f => `line ${f.line}, column ${f.column}: ${f.message}`).join('\n'))
    this.faults = faults
  }
}

export interface Parsed {
  /** Plain objects, arrays and scalars; undefined where the text holds nothing but comments. */
  readonly value: Readonly<Record<string, unknown>> | undefined
  /** The root mapping; undefined where there is none. */
  readonly root: MappingNode | ScalarNode | undefined
  /** Where the value at `path` stands, or its key; undefined where the text has no such place. */
  positionOf(path: Path, what?: 'key' | 'value'): Position | undefined
}

/** Reads one YAML document. Throws `YamlFault` with every fault that can be told at once. */
export function parse(text: string): Parsed {
  const at = positions(text)
  const events = readEvents(text, at)
  if (!events.length) return { value: undefined, root: undefined, positionOf: () => undefined }
  const { root, faults } = buildTree(text, events, at)
  if (faults.length) throw new YamlFault(faults)
  const value = construct(text, events, at)
  if (root.kind !== 'mapping' && value !== null)
    throw new YamlFault([
      {
        ...at(root.start),
        message: `found ${root.kind === 'sequence' ? 'a list' : 'a single value'} where the file should hold "key: value" lines`,
      },
    ])
  return {
    value: (value ?? undefined) as Record<string, unknown> | undefined,
    root: root as MappingNode | ScalarNode,
    positionOf(path, what = 'value') {
      const found = find(root, path)
      return found && at((what === 'key' ? (found.key ?? found.value) : found.value).start)
    },
  }
}

/**
 * Reads every document of a text, each a mapping; one that holds nothing is left out. Positions count in the whole text.
 * Throws `YamlFault` with the faults of the first document that has any.
 */
export function parseDocuments(text: string): Parsed[] {
  // A line that begins with `---` or `...` ends a document wherever it stands, also in a block of text.
  const marks = [...text.matchAll(/^(?:---|\.\.\.)(?=[ \t\r\n]|$)/gm)].map(mark => mark.index)
  const starts = [0, ...marks.filter(start => start > 0)]
  return starts.flatMap((start, i) => {
    const before = text.slice(0, start)
    const document = text.slice(start, starts[i + 1]).replace(/^\.\.\./, '')
    // What stands before is left blank, so that lines keep their numbers.
    const parsed = parse('\n'.repeat(before.split('\n').length - 1) + document)
    return parsed.value ? [parsed] : []
  })
}

/** Documents in block style, one after the other. */
export function writeDocuments(values: readonly unknown[]): string {
  return values.map(value => dump(value, { lineWidth: -1, noRefs: true })).join('---\n')
}

/** A scalar as it must be written to be read back as the same value; quoted only where YAML needs it. */
export function writeScalar(value: string | number | boolean | null): string {
  // Inside a flow list, so that the commas and brackets a block scalar may hold are quoted too.
  const text = dump([value], { flowLevel: 0, lineWidth: -1 }).trimEnd()
  return text.slice(1, -1)
}

/** Offset -> line and column. */
function positions(text: string): (offset: number) => Position {
  const starts = [0]
  for (let i = text.indexOf('\n'); i !== -1; i = text.indexOf('\n', i + 1)) starts.push(i + 1)
  const first = text.startsWith('\ufeff') ? 1 : 0
  return offset => {
    let low = 0
    let high = starts.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if (starts[middle]! <= offset) low = middle
      else high = middle - 1
    }
    return {
      line: low + 1,
      column: Math.max(1, offset - starts[low]! + 1 - (low === 0 ? first : 0)),
    }
  }
}

type At = ReturnType<typeof positions>

function readEvents(text: string, at: At): YamlEvent[] {
  const tab = /^[ ]*\t[ \t]*(?=[^\s#])/m.exec(text)
  try {
    const events = parseEvents(text, {})
    const documents = events.flatMap((event, i) => (event.type === EVENT_ID.DOCUMENT ? [i] : []))
    if (documents.length > 1) {
      const content = events
        .slice(documents[1]! + 1)
        .map(startOf)
        .find(start => start >= 0)
      const marker = text.lastIndexOf('\n---', content ?? text.length)
      throw new YamlFault([
        {
          ...at(marker + 1),
          message: 'found a second document; a config is one',
          hint: 'remove this line',
        },
      ])
    }
    return events
  } catch (error) {
    // The parser says "end of the stream ... expected" two characters on, where a person sees a tab.
    if (
      tab &&
      error instanceof YAMLException &&
      (error.mark?.position ?? 0) >= tab.index &&
      at(error.mark!.position).line - at(tab.index).line <= 1
    )
      throw new YamlFault([
        { ...at(tab.index), message: 'found a tab as indentation', hint: 'indent with spaces' },
      ])
    throw asFault(error, text, at)
  }
}

function startOf(event: YamlEvent): number {
  if (event.type === EVENT_ID.SCALAR) return event.valueStart
  if (event.type === EVENT_ID.SEQUENCE || event.type === EVENT_ID.MAPPING) return event.start
  return -1
}

function construct(text: string, events: YamlEvent[], at: At): unknown {
  try {
    // An alias of an alias of an alias unfolds to billions of nodes; no config needs many.
    return constructFromEvents(events, { source: text, schema, maxAliases: 1000 })[0]
  } catch (error) {
    throw asFault(error, text, at)
  }
}

/** The parser's words, where they are plain; ours, where they are not. */
const plainer: readonly [RegExp, string, string?][] = [
  [
    /bad indentation of a mapping entry/,
    'cannot be read here',
    'check the indentation, and quote values that hold ": " or begin with a sign such as @ or *',
  ],
  [
    /bad indentation of a sequence entry/,
    'cannot be read here',
    'check the indentation of the list',
  ],
  [
    /expected ':' after a mapping key/,
    'found no ":" after the key',
    'quote names that begin with *, & or another sign: "*-mini": ...',
  ],
  [
    /can not read a block mapping entry; a multiline key may not be an implicit key/,
    'found a line without ":"',
    'write "key: value"',
  ],
  [
    /can not read an implicit mapping pair; a colon is missed/,
    'found a line without ":"',
    'write "key: value"',
  ],
  [
    /end of the stream or a document separator is expected/,
    'cannot be read from here on',
    'check the indentation of this line and the one above',
  ],
  [
    /deficient indentation/,
    'the text ends, or is less indented, inside brackets or quotes',
    'close the [, { or quote opened above',
  ],
  [
    /unexpected end of the stream within a (flow collection|\w+ quoted scalar)/,
    'a bracket or quote is never closed',
  ],
  [
    /object-based map does not support complex keys/,
    'found a list or mapping used as a key',
    'quote keys that begin with [ or {',
  ],
  [
    /unknown .*tag !<(.*)>/,
    'found a tag, which a config cannot hold',
    'quote values that begin with !',
  ],
  [
    /tab characters must not be used in indentation/,
    'found a tab as indentation',
    'indent with spaces',
  ],
]

function asFault(error: unknown, text: string, at: At): unknown {
  if (!(error instanceof YAMLException)) return error
  const position = Math.min(error.mark?.position ?? 0, text.length)
  const line = text.lastIndexOf('\n', position - 1) + 1
  const star = /^([ ]*)(\*[^\s:]*):(?=\s)/.exec(text.slice(line))
  // A pattern such as *-mini is what people will write, and YAML takes it for a reference.
  if (star)
    return new YamlFault([
      {
        ...at(line + star[1]!.length),
        message: 'found a name that begins with *, which is something else in YAML',
        hint: `quote it: "${star[2]}"`,
      },
    ])
  const plain = plainer.find(([pattern]) => pattern.test(error.reason))
  return new YamlFault([
    {
      ...at(position),
      message: plain?.[1] ?? error.reason,
      ...(plain?.[2] && { hint: plain[2] }),
    },
  ])
}

/**
 * A key is a name, and its text whatever that looks like: `4.10`, `1e3` and `~` would be constructed as 4.1, 1000 and null.
 * What is quoted is text; the offsets of what is quoted leave the quotes out.
 */
function asWritten(event: YamlEvent, key: YamlNode): void {
  if (event.type !== EVENT_ID.SCALAR || event.style !== SCALAR_STYLE.PLAIN) return
  if (event.tagStart < 0 && event.fast && keyText(key) !== '<<')
    event.style = SCALAR_STYLE.SINGLE_QUOTED
}

/** The tree of the first document, and what is wrong with it: every duplicate key and unknown anchor. */
function buildTree(text: string, events: YamlEvent[], at: At): { root: YamlNode; faults: Fault[] } {
  const faults: Fault[] = []
  const anchors = new Map<string, YamlNode>()
  let index = 1
  let cursor = text.startsWith('\ufeff') ? 1 : 0
  if (events[0]?.type === EVENT_ID.DOCUMENT && events[0].explicitStart)
    cursor = /^---/m.exec(text)!.index + 3

  const root = read()
  return { root, faults }

  function read(): YamlNode {
    const event = events[index++]!
    if (event.type === EVENT_ID.ALIAS) {
      const anchor = text.slice(event.anchorStart, event.anchorEnd)
      const target = anchors.get(anchor)
      if (!target)
        faults.push({
          ...at(event.anchorStart - 1),
          message: `found *${anchor}, but no anchor &${anchor} above it`,
          hint: 'quote names that begin with *',
        })
      cursor = event.anchorEnd
      return { kind: 'reference', anchor, target, start: event.anchorStart - 1, end: cursor }
    }
    if (event.type === EVENT_ID.DOCUMENT || event.type === EVENT_ID.POP)
      throw new Error('js-yaml gave events out of order')
    const anchor =
      event.anchorStart >= 0 ? text.slice(event.anchorStart, event.anchorEnd) : undefined
    const properties = [
      ...(event.anchorStart >= 0 ? [event.anchorStart - 1] : []),
      ...(event.tagStart >= 0 ? [event.tagStart] : []),
    ]
    const begin = properties.length ? Math.min(...properties) : undefined
    if (begin !== undefined) cursor = Math.max(event.anchorEnd, event.tagEnd)
    let node: YamlNode
    if (event.type === EVENT_ID.SCALAR) node = scalar(event, begin, anchor)
    else if (event.type === EVENT_ID.SEQUENCE) {
      const flow = event.style === COLLECTION_STYLE.FLOW
      const items: YamlNode[] = []
      cursor = flow ? event.start + 1 : event.start
      while (events[index]!.type !== EVENT_ID.POP) {
        if (!flow) cursor = skipTo(text, cursor, '-') + 1
        items.push(read())
      }
      index++
      if (flow) cursor = skipTo(text, cursor, ']') + 1
      node = { kind: 'sequence', flow, items, anchor, start: begin ?? event.start, end: cursor }
    } else {
      const flow = event.style === COLLECTION_STYLE.FLOW
      const braces = flow && text[event.start] === '{'
      const entries: Entry[] = []
      const seen = new Map<string, YamlNode>()
      cursor = braces ? event.start + 1 : event.start
      while (events[index]!.type !== EVENT_ID.POP) {
        const keyEvent = events[index]!
        const key = read()
        asWritten(keyEvent, key)
        const colon = skipSpace(text, cursor)
        if (text[colon] === ':') cursor = colon + 1
        const value = read()
        const name = keyText(key)
        const twin = name === undefined ? undefined : seen.get(name)
        if (twin)
          faults.push({
            ...at(key.start),
            message: `found the key "${name}" a second time`,
            hint: `the first is on line ${at(twin.start).line}`,
          })
        else if (name !== undefined) seen.set(name, key)
        entries.push({ key, value })
      }
      index++
      if (braces) cursor = skipTo(text, cursor, '}') + 1
      node = {
        kind: 'mapping',
        flow,
        body: event.start,
        entries,
        anchor,
        start: begin ?? event.start,
        end: cursor,
      }
    }
    if (anchor !== undefined) anchors.set(anchor, node)
    return node
  }

  function scalar(
    event: ScalarEvent,
    begin: number | undefined,
    anchor: string | undefined,
  ): ScalarNode {
    if (event.valueStart < 0) {
      const start = begin ?? cursor
      return { kind: 'scalar', text: '', style: 'empty', anchor, start, end: cursor }
    }
    const { style } = event
    const quoted = style === SCALAR_STYLE.SINGLE_QUOTED || style === SCALAR_STYLE.DOUBLE_QUOTED
    const block = style === SCALAR_STYLE.LITERAL_BLOCK || style === SCALAR_STYLE.FOLDED_BLOCK
    const start = quoted
      ? event.valueStart - 1
      : block
        ? skipTo(text, cursor, style === SCALAR_STYLE.LITERAL_BLOCK ? '|' : '>')
        : event.valueStart
    cursor = quoted ? event.valueEnd + 1 : event.valueEnd
    return {
      kind: 'scalar',
      text: getScalarValue(text, event),
      style: quoted ? 'quoted' : block ? 'block' : 'plain',
      anchor,
      start: begin ?? start,
      end: cursor,
    }
  }
}

/** The text of a key, also where it is written as a reference; undefined for a list or mapping. */
export function keyText(node: YamlNode): string | undefined {
  if (node.kind === 'reference') return node.target && keyText(node.target)
  return node.kind === 'scalar' ? node.text : undefined
}

/** The entry or item at `path`; references are followed, and a key that is merged in is found where it is written. */
function find(root: YamlNode, path: Path): { key?: YamlNode; value: YamlNode } | undefined {
  let found: { key?: YamlNode; value: YamlNode } | undefined = { value: root }
  for (const part of path) {
    if (!found) return undefined
    found = step(found.value, String(part), 0)
  }
  return found
}

function step(
  node: YamlNode,
  part: string,
  depth: number,
): { key?: YamlNode; value: YamlNode } | undefined {
  if (depth > 20) return undefined
  if (node.kind === 'reference') return node.target && step(node.target, part, depth + 1)
  if (node.kind === 'sequence') {
    const item = node.items[Number(part)]
    return item && { value: item }
  }
  if (node.kind !== 'mapping') return undefined
  const own = node.entries.find(entry => keyText(entry.key) === part)
  if (own) return own
  for (const { key, value } of node.entries) {
    if (keyText(key) !== '<<') continue
    const sources = value.kind === 'sequence' ? value.items : [value]
    for (const source of sources) {
      const merged = step(source, part, depth + 1)
      if (merged?.key) return merged
    }
  }
  return undefined
}

/** The offset after blanks, line ends and comments. */
export function skipSpace(text: string, offset: number): number {
  let i = offset
  for (;;) {
    while (i < text.length && ' \t\r\n'.includes(text[i]!)) i++
    if (text[i] !== '#') return i
    while (i < text.length && text[i] !== '\n') i++
  }
}

/** The next `sign` after what may stand between two nodes; the end of the text where there is none. */
function skipTo(text: string, offset: number, sign: string): number {
  let i = skipSpace(text, offset)
  while (i < text.length && text[i] !== sign && ',:?'.includes(text[i]!)) i = skipSpace(text, i + 1)
  return i
}
