/* IMPORTANT
 * This snapshot file is auto-generated, but designed for humans.
 * It should be checked into source control and tracked carefully.
 * Re-generate by setting TAP_SNAPSHOT=1 and running tests.
 * Make sure to inspect the output below.  Do not ignore changes!
 */
'use strict'
exports[`test/config/load.ts > TAP > fixtures that are not: every problem at once, in the order of the file > brace.yaml 1`] = `
brace.yaml:2:1: the text ends, or is less indented, inside brackets or quotes (close the [, { or quote opened above)
`

exports[`test/config/load.ts > TAP > fixtures that are not: every problem at once, in the order of the file > circle.yaml 1`] = `
circle.yaml:2:35: found *a, but no anchor &a above it (quote names that begin with *)
`

exports[`test/config/load.ts > TAP > fixtures that are not: every problem at once, in the order of the file > colon.yaml 1`] = `
colon.yaml:2:12: cannot be read here (check the indentation, and quote values that hold ": " or begin with a sign such as @ or *)
`

exports[`test/config/load.ts > TAP > fixtures that are not: every problem at once, in the order of the file > documents.yaml 1`] = `
documents.yaml:2:1: found a second document; a config is one (remove this line)
`

exports[`test/config/load.ts > TAP > fixtures that are not: every problem at once, in the order of the file > headers.yaml 1`] = `
headers.yaml:6:7: providers.openai.headers.x-team: found the header "x-team" a second time
headers.yaml:7:7: providers.openai.headers.Host: found the header "Host", which the gateway sets itself
headers.yaml:8:16: providers.openai.headers.x-split: found a character that a header cannot carry
headers.yaml:11:14: providers.loop.baseUrl: port 8081 on this machine is the gateway's own: it would call itself (run the other server, or the gateway (listen:), on another port)
`

exports[`test/config/load.ts > TAP > fixtures that are not: every problem at once, in the order of the file > list.yaml 1`] = `
list.yaml:1:1: found a list where the file should hold "key: value" lines
`

exports[`test/config/load.ts > TAP > fixtures that are not: every problem at once, in the order of the file > many.yaml 1`] = `
many.yaml:1:9: listen: found "127.0.0.1:99999", wanted a port from 0 to 65535
many.yaml:2:1: hots: unknown key "hots" (did you mean "hosts"?)
many.yaml:3:9: hosts[0]: found "http://x", wanted a host name without scheme and port, such as gateway.example.com
many.yaml:3:21: hosts[1]: found 5, wanted a host name without scheme and port, such as gateway.example.com
many.yaml:4:18: defaultProvider: no provider is named "opnai" (did you mean "openai"?)
many.yaml:5:12: respondAs: found "allias", wanted one of upstream, alias (did you mean "alias"?)
many.yaml:8:17: providers.openai.credential: found text that is no reference, wanted a reference such as env:OPENAI_API_KEY (a key does not belong in this file: keep it with "gateway credential set openai", and write credential: store:openai)
many.yaml:9:16: providers.openai.headers.authorization: found the header "authorization", which carries the credential (write providers.openai.credential: env:NAME)
many.yaml:9:62: providers.openai.headers.x-n: found a number, wanted text
many.yaml:9:65: providers.openai.headers["x y"]: found "x y", which cannot be the name of a header
many.yaml:10:5: providers.openai.timeout: unknown key "timeout" (did you mean "timeouts"?)
many.yaml:11:26: providers.openai.timeouts.connect: found 5, wanted a time with its unit, such as 500ms, 10s, 2m or 1h, or 0 for none
many.yaml:11:35: providers.openai.timeouts.idle: found "5 minutes", wanted a time with its unit, such as 500ms, 10s, 2m or 1h, or 0 for none
many.yaml:12:3: providers.wrok: "wrok" is no preset, so it needs api and baseUrl (e.g. { api: openai, baseUrl: https://llm.example.com/v1 }, or preset: ollama)
many.yaml:13:3: providers.opneai: "opneai" is no preset, so it needs api and baseUrl (did you mean "openai"?)
many.yaml:14:3: providers.v1: the name "v1" is taken: the gateway serves /v1 itself
many.yaml:14:31: providers.v1.baseUrl: found a URL that holds a user name or password (write the key as credential: env:NAME)
many.yaml:15:3: providers["a b"]: found the name "a b", wanted a name of letters, digits, -, _ and ., as it becomes a part of paths and targets
many.yaml:15:20: providers["a b"].preset: no preset is named "olama" (did you mean "ollama"?)
many.yaml:16:31: providers.me.baseUrl: found "http://localhost:99999", wanted a URL such as https://llm.example.com/v1
many.yaml:17:34: providers.query.baseUrl: found a URL with a query, wanted one without (only ?api-version=... may stand there)
many.yaml:18:32: providers.ftp.baseUrl: found a URL that begins with ftp:, wanted http: or https: (e.g. http://localhost:11434/v1)
many.yaml:19:34: warning: providers.plain.baseUrl: the credential goes to another machine over http, readable on the way (use https, or credential: none)
many.yaml:19:89: providers.plain.aliases.x: found 5, wanted a model or provider/model, such as openai/gpt-4o-mini, or a mapping with target or targets
many.yaml:20:23: providers.llamacpp.preset: no preset is named "llamacp" (did you mean "llamacpp"?)
many.yaml:22:9: aliases.fast: found 5, wanted a model or provider/model, such as openai/gpt-4o-mini, or a mapping with target or targets
many.yaml:23:9: aliases.slow: found a list, wanted a model or provider/model, such as openai/gpt-4o-mini, or a mapping with target or targets
many.yaml:24:27: aliases["gpt-3.5"].targets: found both target and targets (put them all under targets:)
many.yaml:24:27: warning: aliases["gpt-3.5"].targets[1]: nothing claims "y", so requests will be answered 404 (name its provider: PROVIDER/y)
many.yaml:24:37: warning: aliases["gpt-3.5"].targets[0]: nothing claims "x", so requests will be answered 404 (name its provider: PROVIDER/x)
many.yaml:24:41: aliases["gpt-3.5"].st: unknown key "st" (did you mean "set"?)
many.yaml:25:9: aliases.none: found nothing, wanted a model or provider/model, such as openai/gpt-4o-mini, or a mapping with target or targets
many.yaml:26:3: aliases.more: found neither target nor targets (write target: openai/gpt-4o-mini)
many.yaml:26:19: aliases.more.hidden: found "yes", wanted true or false
many.yaml:27:3: warning: aliases.w: nothing claims "a", so requests will be answered 404 (name its provider: PROVIDER/a)
many.yaml:27:43: aliases.w.targets[1]: found no key "model"
many.yaml:27:45: aliases.w.targets[1].weigt: unknown key "weigt" (did you mean "weight"?)
many.yaml:27:57: aliases.w.targets[2]: found an empty list, wanted a model or provider/model, or a mapping with model and weight
many.yaml:28:20: aliases.zero.targets: found only weights of 0, so no target would be chosen
many.yaml:29:3: aliases.z: no provider is named "opnai" (did you mean "openai/gpt-4"?)
many.yaml:30:54: aliases.p.prompt.prepend[0].role: found "robot", wanted one of system, developer, user, assistant
many.yaml:30:75: aliases.p.prompt.prepend[1]: found no key "content"
many.yaml:30:92: aliases.p.prompt.after: unknown key "after" (known here: prepend, append)
many.yaml:31:3: aliases.round: a cycle: round -> about -> round (name the provider in the last target, as in openai/gpt-4o)
many.yaml:32:3: aliases.about: a cycle: round -> about -> round (name the provider in the last target, as in openai/gpt-4o)
many.yaml:33:17: limits.body: found "64 MB", wanted a size such as 64MiB, or a number of bytes
many.yaml:34:15: log.level: found "inf", wanted one of debug, info, warn, error (did you mean "info"?)
many.yaml:34:27: log.files: found -1, wanted a whole number from 0 to 1000
many.yaml:35:8: drain: found 10, wanted a time with its unit, such as 500ms, 10s, 2m or 1h, or 0 for none
many.yaml:36:1: apiKey: unknown key "apiKey" (known here: listen, hosts, cors, defaultProvider, respondAs, fallback, keepAlive, usage, providers, aliases, profiles, models, manifests, limits, log, workers, metrics, drain)
many.yaml:37:1: openai: unknown key "openai" (providers stand under providers:)
`

exports[`test/config/load.ts > TAP > fixtures that are not: every problem at once, in the order of the file > profiles.yaml 1`] = `
profiles.yaml:3:3: aliases.smart: with the profile "offline": a cycle: fast -> smart -> fast (name the provider in the last target, as in openai/gpt-4o)
profiles.yaml:6:5: profiles.offline.fast: a cycle: fast -> smart -> fast (name the provider in the last target, as in openai/gpt-4o)
profiles.yaml:7:5: warning: profiles.offline.smrt: there is no alias "smrt" to switch off (did you mean "smart"?)
profiles.yaml:8:5: profiles.offline.a: found neither target nor targets (write target: openai/gpt-4o-mini)
profiles.yaml:8:10: profiles.offline.a.targt: unknown key "targt" (did you mean "target"?)
profiles.yaml:9:8: profiles.offline.b: found 3, wanted a model or provider/model, such as openai/gpt-4o-mini, or a mapping with target or targets
profiles.yaml:10:5: profiles.offline.c: found neither target nor targets (write target: openai/gpt-4o-mini)
profiles.yaml:11:3: profiles.-x: found the name "-x", wanted a name without white space, and no dash at its beginning
`

exports[`test/config/load.ts > TAP > fixtures that are not: every problem at once, in the order of the file > sign.yaml 1`] = `
sign.yaml:2:9: cannot be read here (check the indentation, and quote values that hold ": " or begin with a sign such as @ or *)
`

exports[`test/config/load.ts > TAP > fixtures that are not: every problem at once, in the order of the file > star.yaml 1`] = `
star.yaml:2:3: found a name that begins with *, which is something else in YAML (quote it: "*-mini")
`

exports[`test/config/load.ts > TAP > fixtures that are not: every problem at once, in the order of the file > tab.yaml 1`] = `
tab.yaml:2:1: found a tab as indentation (indent with spaces)
`

exports[`test/config/load.ts > TAP > fixtures that are not: every problem at once, in the order of the file > tag.yaml 1`] = `
tag.yaml:2:9: found a tag, which a config cannot hold (quote values that begin with !)
`

exports[`test/config/load.ts > TAP > fixtures that are not: every problem at once, in the order of the file > twice.yaml 1`] = `
twice.yaml:4:3: found the key "openai" a second time (the first is on line 3)
twice.yaml:5:1: found the key "a" a second time (the first is on line 1)
twice.yaml:6:10: found *names, but no anchor &names above it (quote names that begin with *)
`

exports[`test/config/load.ts > TAP > fixtures that are not: every problem at once, in the order of the file > word.yaml 1`] = `
word.yaml:1:1: found a single value where the file should hold "key: value" lines
`
