/* IMPORTANT
 * This snapshot file is auto-generated, but designed for humans.
 * It should be checked into source control and tracked carefully.
 * Re-generate by setting TAP_SNAPSHOT=1 and running tests.
 * Make sure to inspect the output below.  Do not ignore changes!
 */
'use strict'
exports[`test/cli/commands/alias-remove.ts > TAP > one unknown name, and none is removed > must match snapshot 1`] = `
gateway: error: no alias "fsat"
gateway: hint: did you mean "fast"?

`

exports[`test/cli/commands/alias-remove.ts > TAP > removes all that are named, in one edit > must match snapshot 1`] = `
gateway: removed fast, was gpt-4
gateway: removed slow, was gpt-4
gateway: the daemon is not running: gateway start

`
