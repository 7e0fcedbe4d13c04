import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { GatewayError, type Problem, reasonOf } from '../../errors.ts'
import { noteProblem, WrongField, wrongProblem } from '../fields.ts'
import { type Parsed, parseDocuments, YamlFault } from '../parse.ts'
import { type Backend, decodeManifest, type Secret } from './decode.ts'

export interface ReadManifests {
  readonly backends: readonly Backend[]
  readonly secrets: readonly Secret[]
  /** What is not carried, by its place in the files. */
  readonly notes: readonly Problem[]
}

/**
 * The manifests of files and folders (of which: `*.yaml`, `*.yml` and `*.json`); `-` is `stdin`. Throws `file_unreadable`,
 * and `manifest_invalid` with everything that is wrong.
 */
export async function readManifests(
  files: readonly string[],
  stdin: () => Promise<string>,
  namespace: string | undefined,
): Promise<ReadManifests> {
  const backends: Backend[] = []
  const secrets: Secret[] = []
  const notes: Problem[] = []
  const wrong: Problem[] = []
  const named = (await Promise.all(files.map(expand))).flat()
  for (const file of named) {
    const shown = file === '-' ? 'stdin' : file
    const text = file === '-' ? await stdin() : await readText(file)
    for (const parsed of documentsOf(text, shown, wrong)) {
      try {
        const decoded = decodeManifest(parsed.value, namespace)
        for (const made of decoded.made)
          if (made.kind === 'backend') backends.push(made)
          else secrets.push(made)
        notes.push(...decoded.notes.map(note => noteProblem(note, shown, parsed)))
      } catch (error) {
        if (!(error instanceof WrongField)) throw error
        wrong.push(wrongProblem(error, shown, parsed))
      }
    }
  }
  if (wrong.length > 0) throw new GatewayError('manifest_invalid', { problems: wrong })
  return { backends, secrets, notes }
}

function documentsOf(text: string, file: string, wrong: Problem[]): Parsed[] {
  try {
    return parseDocuments(text)
  } catch (error) {
    if (!(error instanceof YamlFault)) throw error
    wrong.push(
      ...error.faults.map((fault): Problem => ({ file, path: '', severity: 'error', ...fault })),
    )
    return []
  }
}

async function expand(file: string): Promise<string[]> {
  if (file === '-') return [file]
  const found = await stat(file).catch(error => {
    throw unreadable(file, error)
  })
  if (!found.isDirectory()) return [file]
  const names = await readdir(file)
  return names
    .filter(name => /\.(ya?ml|json)$/.test(name))
    .toSorted()
    .map(name => join(file, name))
}

/** The text of a file that the user named. Throws `file_unreadable`. */
export async function readText(file: string): Promise<string> {
  const bytes = await readFile(file).catch(error => {
    throw unreadable(file, error)
  })
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (error) {
    throw new GatewayError('file_unreadable', { file, reason: 'it is not UTF-8 text' }, error)
  }
}

const unreadable = (file: string, error: NodeJS.ErrnoException): GatewayError =>
  new GatewayError(
    'file_unreadable',
    { file, reason: error.code === 'ENOENT' ? 'there is no such file' : reasonOf(error) },
    error,
  )
