/* IMPORTANT
 * This snapshot file is auto-generated, but designed for humans.
 * It should be checked into source control and tracked carefully.
 * Re-generate by setting TAP_SNAPSHOT=1 and running tests.
 * Make sure to inspect the output below.  Do not ignore changes!
 */
'use strict'
exports[`test/cli/commands/alias-temporary.ts > TAP > list, show, explain and status say what is temporary, and what remains > explain 1`] = `
fast
  1 exact alias of the addressed provider: no
  2 exact global alias: alias fast (temporary, until THEN) -> anthropic/opus

anthropic/opus
  base URL   https://api.anthropic.com/v1
  credential env:ANTHROPIC_API_KEY
  protocol   speaks anthropic
  timeouts   connect 10s, firstByte 10m, idle 5m, total none

another attempt on connect, timeout, broken, empty, error, 408, 409, 429, 5xx; the last target 2 times; within 30s

`

exports[`test/cli/commands/alias-temporary.ts > TAP > list, show, explain and status say what is temporary, and what remains > list 1`] = `
NAME  TARGET          GOES TO       PROVIDER  NOTES
fast  anthropic/opus                          temporary, TIME left
slow  gpt-4           openai/gpt-4
new   qwen3 (hidden)  ollama/qwen3  ollama    temporary, until the daemon restarts
bad   gone/x                                  temporary, until the daemon restarts; out of force: no provider is named "gone" (if it is a model's name, put its provider before it: PROVIDER/gone/x)

`

exports[`test/cli/commands/alias-temporary.ts > TAP > list, show, explain and status say what is temporary, and what remains > show 1`] = `
fast -> anthropic/opus
goes to anthropic/opus
temporary, TIME left; without it: gpt-3.5-turbo

`

exports[`test/cli/commands/alias-temporary.ts > TAP > list, show, explain and status say what is temporary, and what remains > status 1`] = `
gateway    running
url        http://localhost:8080
pid        4242, up LONG, 64.0 MiB
config     FILE
generation 3, since 2026-01-02T03:04:06.000Z
temporary  fast, TIME left; new on ollama, until the daemon restarts
requests   7: 1 running, 4 finished, 1 failed, 1 cancelled
the temporary alias "bad" is out of force: no provider "gone"

`

exports[`test/cli/commands/alias-temporary.ts > TAP > needs a daemon, of this config where one is named > must match snapshot 1`] = `
gateway: error: the daemon is not running
gateway: hint: gateway start

`

exports[`test/cli/commands/alias-temporary.ts > TAP > remove takes a temporary alias first, and leaves the file to the others > must match snapshot 1`] = `
gateway: removed slow, was gpt-4
gateway: removed fast, was anthropic/opus for a while; gpt-3.5-turbo again
gateway: live as generation 5

`

exports[`test/cli/commands/alias-temporary.ts > TAP > what is asked of the daemon, and what is said > a new name 1`] = `
gateway: fast -> anthropic/opus, gone after a restart
gateway: live

`

exports[`test/cli/commands/alias-temporary.ts > TAP > what is asked of the daemon, and what is said > another one before 1`] = `
gateway: fast -> anthropic/opus, was up/other (temporary), gpt-3.5-turbo again in 90s
gateway: live

`

exports[`test/cli/commands/alias-temporary.ts > TAP > what is asked of the daemon, and what is said > must match snapshot 1`] = `
gateway: fast -> anthropic/opus, was gpt-3.5-turbo, again in 2h
gateway: live

`

exports[`test/cli/commands/alias-temporary.ts > TAP > what is asked of the daemon, and what is said > refused 1`] = `
gateway: error: alias "fast" cannot be added: a cycle: a -> a

`
