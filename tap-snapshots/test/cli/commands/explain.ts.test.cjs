/* IMPORTANT
 * This snapshot file is auto-generated, but designed for humans.
 * It should be checked into source control and tracked carefully.
 * Re-generate by setting TAP_SNAPSHOT=1 and running tests.
 * Make sure to inspect the output below.  Do not ignore changes!
 */
'use strict'
exports[`test/cli/commands/explain.ts > TAP > what a name means is read from top to bottom > claude-sonnet-4-5 1`] = `
claude-sonnet-4-5
  1 exact alias of the addressed provider: no
  2 exact global alias: no
  3 pattern alias of the addressed provider: no
  4 global pattern alias: alias claude-* -> openrouter/anthropic/claude-*

openrouter/anthropic/claude-sonnet-4-5
  base URL   https://openrouter.ai/api/v1
  credential env:NOT_THERE
  protocol   speaks openai
  timeouts   connect 10s, firstByte 10m, idle 5m, total none
  parameter  max_tokens = 512, where the client sends none

another attempt on connect, timeout, broken, empty, error, 408, 409, 429, 5xx; the last target 2 times; within 30s

`

exports[`test/cli/commands/explain.ts > TAP > what a name means is read from top to bottom > fast 1`] = `
fast
  1 exact alias of the addressed provider: no
  2 exact global alias: alias fast -> quick, openai/gpt-4
  then quick
    1 exact alias of the addressed provider: no
    2 exact global alias: alias quick -> gpt-4o-mini
    then gpt-4o-mini
      1 exact alias of the addressed provider: no
      2 exact global alias: no
      3 pattern alias of the addressed provider: no
      4 global pattern alias: no
      5 provider/model: no
      6 declared provider that lists the model: no
      7 declared provider whose preset claims the name: openai/gpt-4o-mini

1. openai/gpt-4o-mini
  by way of  fast -> quick
  base URL   https://api.openai.com/v1
  credential none
  protocol   speaks openai
  timeouts   connect 10s, firstByte 10m, idle 5m, total none
  parameter  temperature = 0, always

2. openai/gpt-4
  base URL   https://api.openai.com/v1
  credential none
  protocol   speaks openai
  timeouts   connect 10s, firstByte 10m, idle 5m, total none
  parameter  temperature = 0, always

another attempt on connect, timeout, broken, empty, error, 408, 409, 429, 5xx; the last target 2 times; within 30s

`

exports[`test/cli/commands/explain.ts > TAP > what a name means is read from top to bottom > fsat 1`] = `
fsat
  1 exact alias of the addressed provider: no
  2 exact global alias: no
  3 pattern alias of the addressed provider: no
  4 global pattern alias: no
  5 provider/model: no
  6 declared provider that lists the model: no
  7 declared provider whose preset claims the name: no
  8 the addressed provider, the name unchanged: no
  9 the only declared provider, else a preset that claims the name: no

leads nowhere: no alias, provider or preset claims the model "fsat"
  did you mean "fast"?

`

exports[`test/cli/commands/explain.ts > TAP > what a name means is read from top to bottom > gone 1`] = `
gone
  1 exact alias of the addressed provider: no
  2 exact global alias: alias gone -> gpt-4
  dropped gone: disabled

leads nowhere: the alias "gone" is disabled
  remove "disabled: true" from it in the config

`
