/* IMPORTANT
 * This snapshot file is auto-generated, but designed for humans.
 * It should be checked into source control and tracked carefully.
 * Re-generate by setting TAP_SNAPSHOT=1 and running tests.
 * Make sure to inspect the output below.  Do not ignore changes!
 */
'use strict'
exports[`test/cli/check.ts > TAP > a key of the store that no provider uses > spare 1`] = `
gateway: error: no provider uses the credential "spare"
gateway: hint: write "credential: store:spare" in the config, or: gateway credential remove spare

`

exports[`test/cli/check.ts > TAP > what each provider made of its key; any that fails is exit 1 > credential test --json 1`] = `
[
  {
    "provider": "openai",
    "credential": "env:OPENAI_API_KEY",
    "outcome": "ok",
    "status": 200,
    "models": 2
  },
  {
    "provider": "groq",
    "credential": "store:groq",
    "outcome": "refused",
    "status": 401,
    "reason": "it does not take the key (status 401)",
    "hint": "gateway credential set groq"
  }
]

`

exports[`test/cli/check.ts > TAP > what each provider made of its key; any that fails is exit 1 > credential test 1`] = `
PROVIDER  CREDENTIAL          RESULT   NOTES
openai    env:OPENAI_API_KEY  ok       2 models
groq      store:groq          refused  it does not take the key (status 401)
gateway: hint for groq: gateway credential set groq

`

exports[`test/cli/check.ts > TAP > what each provider made of its key; any that fails is exit 1 > nothing to test 1`] = `
gateway: no provider is declared, and no key of a preset is found: gateway provider list --all

`

exports[`test/cli/check.ts > TAP > what each provider made of its key; any that fails is exit 1 > provider models 1`] = `
openai/gpt-4o
openai/gpt-5
gateway: groq: it does not take the key (status 401)
gateway: hint for groq: gateway credential set groq

`

exports[`test/cli/check.ts > TAP > what each provider made of its key; any that fails is exit 1 > provider test 1`] = `
PROVIDER  CREDENTIAL          RESULT   NOTES
openai    env:OPENAI_API_KEY  ok       2 models
groq      store:groq          refused  it does not take the key (status 401)
gateway: hint for groq: gateway credential set groq

`
