/* IMPORTANT
 * This snapshot file is auto-generated, but designed for humans.
 * It should be checked into source control and tracked carefully.
 * Re-generate by setting TAP_SNAPSHOT=1 and running tests.
 * Make sure to inspect the output below.  Do not ignore changes!
 */
'use strict'
exports[`test/cli/commands/credential.ts > TAP > a key can be stored while the config has errors > must match snapshot 1`] = `
gateway: warning: who uses it is not known, as the config has errors: gateway config check
gateway: stored the credential openai

`

exports[`test/cli/commands/credential.ts > TAP > empty stores and no providers say how to begin > credential list 1`] = `
gateway: the store is empty: gateway credential set openai

`

exports[`test/cli/commands/credential.ts > TAP > empty stores and no providers say how to begin > provider list 1`] = `
gateway: no provider is declared, and no key of a preset is found: gateway provider list --all

`

exports[`test/cli/commands/credential.ts > TAP > from stdin into a file that nobody else may read > a name that nothing uses, with a dot 1`] = `
gateway: stored the credential my.key
gateway: no provider uses it yet: write "credential: store:my.key" in the config

`

exports[`test/cli/commands/credential.ts > TAP > from stdin into a file that nobody else may read > must match snapshot 1`] = `
gateway: stored the credential openai
gateway: used by openai

`

exports[`test/cli/commands/credential.ts > TAP > list and provider list show names and users, and no part of a key > credential list --json 1`] = `
[
  {
    "name": "job",
    "usedBy": [
      "work"
    ]
  },
  {
    "name": "openai",
    "usedBy": [
      "openai"
    ]
  },
  {
    "name": "spare",
    "usedBy": []
  }
]

`

exports[`test/cli/commands/credential.ts > TAP > list and provider list show names and users, and no part of a key > credential list 1`] = `
NAME    USED BY
job     work
openai  openai
spare   no provider

`

exports[`test/cli/commands/credential.ts > TAP > list and provider list show names and users, and no part of a key > provider list --json 1`] = `
[
  {
    "name": "work",
    "declared": true,
    "api": "openai",
    "baseUrl": "https://x.example/v1",
    "credential": "store:job",
    "state": "present"
  },
  {
    "name": "local",
    "declared": true,
    "api": "openai",
    "baseUrl": "http://127.0.0.1:11434/v1",
    "credential": "none",
    "state": "none"
  },
  {
    "name": "openai",
    "declared": false,
    "api": "openai",
    "baseUrl": "https://api.openai.com/v1",
    "credential": "env:OPENAI_API_KEY",
    "state": "present"
  },
  {
    "name": "anthropic",
    "declared": false,
    "api": "anthropic",
    "baseUrl": "https://api.anthropic.com/v1",
    "credential": "env:ANTHROPIC_API_KEY",
    "state": "present"
  }
]

`

exports[`test/cli/commands/credential.ts > TAP > list and provider list show names and users, and no part of a key > provider list 1`] = `
NAME       API        BASE URL                      CREDENTIAL             STATE       NOTES
work       openai     https://x.example/v1          store:job              present
local      openai     http://127.0.0.1:11434/v1                            needs none
openai     openai     https://api.openai.com/v1     env:OPENAI_API_KEY     present     preset
anthropic  anthropic  https://api.anthropic.com/v1  env:ANTHROPIC_API_KEY  present     preset

`

exports[`test/cli/commands/credential.ts > TAP > removing what is not there > must match snapshot 1`] = `
gateway: error: no credential "opnai" in the store
gateway: hint: did you mean "openai"?

`
