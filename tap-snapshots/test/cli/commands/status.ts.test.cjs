/* IMPORTANT
 * This snapshot file is auto-generated, but designed for humans.
 * It should be checked into source control and tracked carefully.
 * Re-generate by setting TAP_SNAPSHOT=1 and running tests.
 * Make sure to inspect the output below.  Do not ignore changes!
 */
'use strict'
exports[`test/cli/commands/status.ts > TAP > a refused config shows its place, a pending key the command > must match snapshot 1`] = `
gateway    running, demo
url        http://localhost:8080
pid        4242, up LONG, 64.0 MiB
config     FILE (no such file: all defaults)
generation 3, since 2026-01-02T03:04:06.000Z
requests   7: 1 running, 4 finished, 1 failed, 1 cancelled
/f.yaml:3:7: warning: aliases.x: m (h)
listen: the new value waits for: gateway restart
the config was refused at 2026-01-02T03:04:07.000Z with 1 problem; generation 3 serves on
/f.yaml:3:7: aliases.x: m (h)

`

exports[`test/cli/commands/status.ts > TAP > not running: exit 3 > must match snapshot 1`] = `
not running
gateway: start it with: gateway start

`

exports[`test/cli/commands/status.ts > TAP > reload says what it did, and fails with the problems > must match snapshot 1`] = `
gateway: error: the config has 1 error
  /f.yaml:3:7: x: m
gateway: hint: mend the file, then: gateway config check

`

exports[`test/cli/commands/status.ts > TAP > running > must match snapshot 1`] = `
gateway    running
url        http://localhost:8080
pid        4242, up LONG, 64.0 MiB
config     FILE
generation 3, since 2026-01-02T03:04:06.000Z
requests   7: 1 running, 4 finished, 1 failed, 1 cancelled

`
