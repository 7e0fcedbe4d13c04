import { spawn } from 'node:child_process'
import { GatewayError, reasonOf } from '../../errors.ts'
import { defineCommand } from '../command.ts'
import type { Context } from '../context.ts'
import { confirm } from '../input.ts'
import { livenessLines, waitUntilLive } from '../live.ts'
import { problemLines } from '../output.ts'
import { checkConfig, isError } from './config-check.ts'

export const command = defineCommand({
  summary: 'open the config file in your editor, and check it afterwards',
  details: [
    'The editor is $VISUAL, or $EDITOR, or the one of the system. A file that does not exist yet is written first, with comments.',
  ],
  arguments: [],
  options: [],
  async run(_input, context) {
    const [{ editConfig }, { readConfig }] = await Promise.all([
      import('../edit.ts'),
      import('../../config/load.ts'),
    ])
    const file = context.paths.config
    if ((await readConfig(file)) === undefined) {
      await editConfig(context, text => text)
      context.say(`wrote a first config: ${file}`)
    }
    for (;;) {
      await openEditor(file, context)
      const { problems } = await checkConfig(file)
      for (const line of problemLines(problems)) context.io.stderr.write(`${line}\n`)
      if (!problems.some(isError)) {
        return { file, ok: true, live: await waitUntilLive(context) }
      }
      if (!context.io.stdin.isTTY || !(await confirm(context.io, 'edit it again?')))
        return { file, ok: false }
    }
  },
  views: {
    talk: ({ file, ok, live }) => [
      ok ? `${file} is fine` : `${file} has errors; a running daemon keeps the last good config`,
      ...(live ? livenessLines(live) : []),
    ],
    exit: ({ ok, live }) => (ok && live?.state !== 'refused' ? 0 : 1),
  },
})

/** Runs the editor in this terminal until it is closed. */
function openEditor(file: string, { io }: Context): Promise<void> {
  const windows = process.platform === 'win32'
  const editor = io.env['VISUAL'] || io.env['EDITOR'] || (windows ? 'notepad' : 'vi')
  // The variable may hold arguments, as in "code --wait": the shell takes it apart, as it does for git.
  const child = windows
    ? spawn(`${editor} "${file}"`, { shell: true, stdio: 'inherit' })
    : spawn('/bin/sh', ['-c', `${editor} "$@"`, editor, file], { stdio: 'inherit' })
  return new Promise((done, fail) => {
    const failed = (reason: string) =>
      fail(
        new GatewayError('request_failed', {
          reason: `the editor "${editor}" failed: ${reason}`,
          hint: 'set VISUAL or EDITOR to the editor you want',
        }),
      )
    child.on('error', error => failed(reasonOf(error)))
    child.on('exit', (code, signal) =>
      code === 0 ? done() : failed(signal ? `ended by ${signal}` : `exit code ${code}`),
    )
  })
}
