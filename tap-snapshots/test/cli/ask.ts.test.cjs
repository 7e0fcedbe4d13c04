/* IMPORTANT
 * This snapshot file is auto-generated, but designed for humans.
 * It should be checked into source control and tracked carefully.
 * Re-generate by setting TAP_SNAPSHOT=1 and running tests.
 * Make sure to inspect the output below.  Do not ignore changes!
 */
'use strict'
exports[`test/cli/ask.ts > TAP > --no-stream, --provider, --json, and the prompt from stdin > must match snapshot 1`] = `
gateway: fast -> openai/gpt-4 (m), 1 token in, 2 out, total TIME

`

exports[`test/cli/ask.ts > TAP > every way to fail exits 1, and says who failed > an error in the stream 1`] = `
So
gateway: error: the gateway broke off the answer: overloaded

`

exports[`test/cli/ask.ts > TAP > every way to fail exits 1, and says who failed > no answer at all 1`] = `
gateway: error: cannot reach the gateway at http://HOST: socket hang up

`

exports[`test/cli/ask.ts > TAP > every way to fail exits 1, and says who failed > the answer is no JSON 1`] = `
gateway: error: the answer broke off: it is not JSON

`

exports[`test/cli/ask.ts > TAP > every way to fail exits 1, and says who failed > the connection breaks 1`] = `
So
gateway: error: the answer broke off: aborted

`

exports[`test/cli/ask.ts > TAP > every way to fail exits 1, and says who failed > the gateway refuses 1`] = `
gateway: error: the gateway answered 404: no such model

`

exports[`test/cli/ask.ts > TAP > every way to fail exits 1, and says who failed > the provider refuses 1`] = `
gateway: error: openai/gpt-4 answered 429: slow down

`

exports[`test/cli/ask.ts > TAP > every way to fail exits 1, and says who failed > the provider sends HTML 1`] = `
gateway: error: openai/gpt-4 answered 502: <h1>Bad gateway</h1>

`

exports[`test/cli/ask.ts > TAP > every way to fail exits 1, and says who failed > the stream ends too early 1`] = `
So
gateway: error: the answer broke off: it ended too early

`

exports[`test/cli/ask.ts > TAP > streams the answer to stdout; who gave it and how fast goes to stderr > must match snapshot 1`] = `
gateway: fast -> openai/gpt-4 (gpt-4-0613), 12 tokens in, 3 out, first token TIME, total TIME

`
