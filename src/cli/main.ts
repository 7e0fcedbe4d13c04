import { reasonOf } from '../errors.ts'
import { createProgram } from './program.ts'

// Whoever reads our output may stop early: `gateway alias list | head -1` is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0)
  process.stderr.write(`gateway: error: cannot write what was asked for: ${reasonOf(error)}\n`)
  process.exit(1)
})

const exit = await createProgram().run(process.argv.slice(2))
// Not process.exit: it would cut what is still on its way into a pipe. Not 0 either: with `start --foreground` the
// process goes on as the daemon, which has an exit code of its own.
if (exit !== 0) process.exitCode = exit
