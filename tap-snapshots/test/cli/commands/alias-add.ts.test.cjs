/* IMPORTANT
 * This snapshot file is auto-generated, but designed for humans.
 * It should be checked into source control and tracked carefully.
 * Re-generate by setting TAP_SNAPSHOT=1 and running tests.
 * Make sure to inspect the output below.  Do not ignore changes!
 */
'use strict'
exports[`test/cli/commands/alias-add.ts > TAP > --provider writes to that provider, and declares a preset > must match snapshot 1`] = `
gateway: error: no provider is named "olama"
gateway: hint: did you mean "ollama"?

`

exports[`test/cli/commands/alias-add.ts > TAP > in an empty home it writes the first config, and says where the name leads > must match snapshot 1`] = `
gateway: wrote a first config: FILE
gateway: fast -> gpt-3.5-turbo
gateway: goes to openai/gpt-3.5-turbo (rule 9: the only declared provider, else a preset that claims the name)
gateway: the daemon is not running: gateway start

`

exports[`test/cli/commands/alias-add.ts > TAP > over an existing alias > --force replaces it > must match snapshot 1`] = `
gateway: fast -> gpt-5, was gpt-4
gateway: goes to openai/gpt-5 (rule 9: the only declared provider, else a preset that claims the name)
gateway: the daemon is not running: gateway start

`

exports[`test/cli/commands/alias-add.ts > TAP > over an existing alias > it refuses, shows old and new, and writes nothing > must match snapshot 1`] = `
gateway: error: alias "fast" exists: gpt-4
gateway: hint: to replace it with gpt-5, add --force

`

exports[`test/cli/commands/alias-add.ts > TAP > says what it shadows, what it passes through, and where it leads nowhere > claude-* gpt-4o 1`] = `
gateway: claude-* -> gpt-4o
gateway: the daemon is not running: gateway start
exit 0

`

exports[`test/cli/commands/alias-add.ts > TAP > says what it shadows, what it passes through, and where it leads nowhere > gpt-4 openai/gpt-4o 1`] = `
gateway: wrote a first config: FILE
gateway: gpt-4 -> openai/gpt-4o
gateway: shadows openai/gpt-4
gateway: the daemon is not running: gateway start
exit 0

`

exports[`test/cli/commands/alias-add.ts > TAP > says what it shadows, what it passes through, and where it leads nowhere > odd no-such-model 1`] = `
gateway: odd -> no-such-model
gateway: it leads nowhere yet: no alias, provider or preset claims the model "no-such-model"
gateway: the daemon is not running: gateway start
exit 0

`

exports[`test/cli/commands/alias-add.ts > TAP > says what it shadows, what it passes through, and where it leads nowhere > quick gpt-4 1`] = `
gateway: quick -> gpt-4
gateway: goes to openai/gpt-4o (by way of gpt-4)
gateway: the daemon is not running: gateway start
exit 0

`
