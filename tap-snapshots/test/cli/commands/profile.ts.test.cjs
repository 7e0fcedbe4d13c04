/* IMPORTANT
 * This snapshot file is auto-generated, but designed for humans.
 * It should be checked into source control and tracked carefully.
 * Re-generate by setting TAP_SNAPSHOT=1 and running tests.
 * Make sure to inspect the output below.  Do not ignore changes!
 */
'use strict'
exports[`test/cli/commands/profile.ts > TAP > a config without profiles says where to read of them > must match snapshot 1`] = `
gateway: the config has no profiles: man gateway.yaml

`

exports[`test/cli/commands/profile.ts > TAP > an unknown profile: the nearest, and nothing is chosen > must match snapshot 1`] = `
gateway: error: the config has no profile "ofline"
gateway: hint: did you mean "offline"?

`

exports[`test/cli/commands/profile.ts > TAP > lists, show and explain have the effective names > an edit below the profile 1`] = `
gateway: fast -> gpt-4o, was gpt-4
gateway: goes to openai/gpt-4o (rule 9: the only declared provider, else a preset that claims the name)
gateway: no effect yet: the profile "offline" lies over it: gateway profile none
gateway: the daemon is not running: gateway start

`

exports[`test/cli/commands/profile.ts > TAP > lists, show and explain have the effective names > explain fast 1`] = `
fast
  1 exact alias of the addressed provider: no
  2 exact global alias: alias fast (profile offline) -> ollama/qwen3

ollama/qwen3
  base URL   http://127.0.0.1:11434/v1
  credential none
  protocol   speaks openai
  timeouts   connect 10s, firstByte 10m, idle 5m, total none

another attempt on connect, timeout, broken, empty, error, 408, 409, 429, 5xx; the last target 2 times; within 30s

`

exports[`test/cli/commands/profile.ts > TAP > lists, show and explain have the effective names > explain smart 1`] = `
smart
  1 exact alias of the addressed provider: no
  2 exact global alias: alias smart (profile offline) -> gpt-5
  dropped smart: disabled by profile offline

leads nowhere: the alias "smart" is switched off by the profile "offline"
  to use no profile: gateway profile none

`

exports[`test/cli/commands/profile.ts > TAP > lists, show and explain have the effective names > list 1`] = `
NAME   TARGET                GOES TO      NOTES
fast   ollama/qwen3                       profile offline
quick  ollama/phi4 (hidden)  ollama/phi4  profile offline
smart  gpt-5 (disabled)                   switched off by profile offline

`

exports[`test/cli/commands/profile.ts > TAP > lists, show and explain have the effective names > show fast 1`] = `
fast -> ollama/qwen3
goes to ollama/qwen3
profile offline; without it: gpt-4
FILE:3:14

`

exports[`test/cli/commands/profile.ts > TAP > lists, show and explain have the effective names > show smart 1`] = `
smart -> gpt-5 (disabled)
leads nowhere: the alias "smart" is switched off by the profile "offline"
profile offline; without it: gpt-5
FILE:3:80

`

exports[`test/cli/commands/profile.ts > TAP > use, list, none, with the daemon stopped > another 1`] = `
gateway: profile cheap: 1 alias; was offline
gateway: the daemon is not running: it will hold from gateway start on

`

exports[`test/cli/commands/profile.ts > TAP > use, list, none, with the daemon stopped > must match snapshot 1`] = `
gateway: profile offline: 2 aliases, 1 switched off
gateway: the daemon is not running: it will hold from gateway start on

`

exports[`test/cli/commands/profile.ts > TAP > use, list, none, with the daemon stopped > none again 1`] = `
gateway: no profile; was cheap
gateway: the daemon is not running: it will hold from gateway start on

`

exports[`test/cli/commands/profile.ts > TAP > use, list, none, with the daemon stopped > none in use 1`] = `
NAME     ALIASES  OFF
offline  2        1
cheap    1        0

`

exports[`test/cli/commands/profile.ts > TAP > use, list, none, with the daemon stopped > none twice 1`] = `
gateway: no profile was in use
gateway: the daemon is not running: it will hold from gateway start on

`

exports[`test/cli/commands/profile.ts > TAP > use, list, none, with the daemon stopped > offline in use 1`] = `
   NAME     ALIASES  OFF
*  offline  2        1
   cheap    1        0

`

exports[`test/cli/commands/profile.ts > TAP > with a daemon: waits for it, and says where it has no part > elsewhere 1`] = `
gateway: no profile; was offline
gateway: the running daemon reads FILE, and has no part in it

`

exports[`test/cli/commands/profile.ts > TAP > with a daemon: waits for it, and says where it has no part > missing there 1`] = `
gateway: profile offline: 2 aliases, 1 switched off
gateway: not live: the config that the daemon serves has no profile "offline": gateway status

`

exports[`test/cli/commands/profile.ts > TAP > with a daemon: waits for it, and says where it has no part > must match snapshot 1`] = `
gateway: profile offline: 2 aliases, 1 switched off
gateway: live

`
