/* IMPORTANT
 * This snapshot file is auto-generated, but designed for humans.
 * It should be checked into source control and tracked carefully.
 * Re-generate by setting TAP_SNAPSHOT=1 and running tests.
 * Make sure to inspect the output below.  Do not ignore changes!
 */
'use strict'
exports[`test/cli/commands/config.ts > TAP > check of a good file, of one with a warning, of none, and of one that cannot be read > aliases: { a*: gpt-4, a**: gpt-5 }
 1`] = `
FILE:1:23: warning: aliases.a**: never matches: "a*" comes first and matches the same names
gateway: FILE: 1 warning
exit 0
`

exports[`test/cli/commands/config.ts > TAP > check of a good file, of one with a warning, of none, and of one that cannot be read > aliases: { fast: gpt-4 }
 1`] = `
gateway: FILE is fine
exit 0
`

exports[`test/cli/commands/config.ts > TAP > check prints all that is wrong, and exits 1 > must match snapshot 1`] = `
FILE:3:1: providerz: unknown key "providerz" (did you mean "providers"?)
FILE:4:9: listen: found "x", wanted an address such as 127.0.0.1:8080, [::1]:8080 or 8080
gateway: FILE: 2 errors

`

exports[`test/cli/commands/config.ts > TAP > edit > a broken file stays as it was left, with exit code 1 > must match snapshot 1`] = `
FILE:1:1: nonsense: unknown key "nonsense" (known here: listen, hosts, cors, defaultProvider, respondAs, fallback, keepAlive, usage, providers, aliases, profiles, models, manifests, limits, log, workers, metrics, drain)
gateway: FILE has errors; a running daemon keeps the last good config

`

exports[`test/cli/commands/config.ts > TAP > edit > an editor that fails is told by name > must match snapshot 1`] = `
gateway: error: the editor "exit 3;" failed: exit code 3
gateway: hint: set VISUAL or EDITOR to the editor you want

`

exports[`test/cli/commands/config.ts > TAP > edit > writes a first config, opens it, and waits until it is live > must match snapshot 1`] = `
gateway: wrote a first config: FILE
gateway: FILE is fine
gateway: live as generation 2

`

exports[`test/cli/commands/config.ts > TAP > show prints a config that means the same, without secrets > must match snapshot 1`] = `
listen: '[::1]:9999'
hosts: []
cors:
  origins: []
respondAs: upstream
fallback:
  'on':
    - connect
    - timeout
    - broken
    - empty
    - error
    - 408
    - 409
    - 429
    - 5xx
  attempts: 2
  budget: 30s
keepAlive: 15s
usage: pass
limits:
  body: 67108864
  header: 32768
  headerTime: 1m
  bodyTime: 5m
  connections: 8192
  concurrent: 4096
  queue: 1024
  wait: 30s
log:
  level: info
  format: text
  size: 10485760
  files: 3
workers: 1
metrics:

drain: 90s
providers:
  work:
    api: openai
    baseUrl: https://llm.example.com/v1
    credential: env:WORK_KEY
    headers:
      x-team: search
      x-session-token: (hidden)
    timeouts:
      connect: 1500ms
      firstByte: 10m
      idle: 0
      total: 0
    limits:
      concurrent: 0
      queue: 100
      wait: 30s
    models:
      - a
      - 'b: c'
    aliases:
      fast: a
aliases:
  fast: work/a
  '*-x': work/*
  think:
    target: work/a
    set:
      effort: high
      'n': 2
    default:
      temperature: 0.5
    remove:
      - top_p
    system: "be\\nkind"
    prompt:
      append:
        - {"role":"user","content":"now: go"}
    hidden: true
  split:
    targets:
      - {"model":"work/a","weight":9}
      - work/b
    respondAs: alias
    sticky: false
    description: two
profiles: {}

`
