import type { Readable, Writable } from 'node:stream'
import type { ControlClient } from '../control/client.ts'
import type { Paths } from '../paths.ts'

/** The terminal, or whatever stands in its place. */
export interface Io {
  readonly stdin: Readable & { readonly isTTY?: boolean; setRawMode?(on: boolean): unknown }
  readonly stdout: Writable & { readonly isTTY?: boolean; readonly columns?: number }
  readonly stderr: Writable & { readonly isTTY?: boolean; readonly columns?: number }
  readonly env: Readonly<Record<string, string | undefined>>
}

/** What every command is given besides its own input. */
export interface Context {
  readonly io: Io
  readonly paths: Paths
  /** The command that runs, e.g. `alias add`. */
  readonly command: string
  /** True where the user said which config file, with --config or GATEWAY_CONFIG. */
  readonly configNamed: boolean
  /** True under `--json`: stdout is for the one JSON value at the end. */
  readonly json: boolean
  /** One line on stderr, under the name of the program. */
  readonly say: (line: string) => void
  readonly warn: (line: string) => void
  /** The daemon of these paths; no connection is made before the first call. */
  readonly control: () => Promise<ControlClient>
}
