/* IMPORTANT
 * This snapshot file is auto-generated, but designed for humans.
 * It should be checked into source control and tracked carefully.
 * Re-generate by setting TAP_SNAPSHOT=1 and running tests.
 * Make sure to inspect the output below.  Do not ignore changes!
 */
'use strict'
exports[`test/cli/program.ts > TAP > bad usage exits 2, prints nothing to stdout, and says what was meant > gateway  1`] = `
Usage: gateway [--config FILE] COMMAND

Friendly names for AI models: a local gateway and its command line

Options:
  -v, --version            print the version
  --config FILE            use this config file (or set GATEWAY_CONFIG)
  -h, --help               print help

Names:
  alias                    give models friendly names (add, remove, rename,
                           show, list)
  profile                  give names other meanings for a while (use, none,
                           list)
  explain [NAME]           show what a name means, rule by rule
  test NAME [PROMPT]       send a prompt through the gateway and print the
                           answer

Daemon:
  start                    start the daemon
  stop                     stop the daemon when running answers have finished
  restart                  start the daemon anew, with the environment of this
                           shell
  status                   show whether the daemon runs, and how it is
  reload                   have the daemon read its config and credentials again
                           now
  logs                     print the daemon's log
  metrics                  print the daemon's metrics, in Prometheus's format

Providers:
  provider                 see the services that have the models (list, test,
                           models)
  credential               keep and test the keys of providers (set, list,
                           remove, test)

Configuration:
  history                  show how the config came to be what it is, the newest
                           change last (show)
  undo                     take the last change of the config back
  completion SHELL         print a script with which the shell completes
                           commands, options, aliases and models
  config                   find, check and edit the config file (path, check,
                           show, edit, schema)

Other systems:
  apply                    make providers and aliases of Kubernetes manifests
  delete [KIND] [NAME...]  remove what apply made of a manifest
  get KIND [NAME...]       show what was applied, as it is now
  export                   write providers and aliases as Kubernetes manifests
  import FILE              take over the aliases of another program's config

`

exports[`test/cli/program.ts > TAP > bad usage exits 2, prints nothing to stdout, and says what was meant > gateway alias 1`] = `
Usage: gateway alias COMMAND

give models friendly names

Options:
  -h, --help          print help

Commands:
  add NAME TARGET...  give a model another name
  remove NAME...      take names away again
  rename OLD NEW      give an alias another name
  show NAME           show what one alias says, where it stands and where it
                      leads
  list                show all aliases and where they lead

`

exports[`test/cli/program.ts > TAP > bad usage exits 2, prints nothing to stdout, and says what was meant > gateway alias ad 1`] = `
gateway: error: unknown command "ad"
gateway: hint: did you mean add?
usage: gateway alias COMMAND

`

exports[`test/cli/program.ts > TAP > bad usage exits 2, prints nothing to stdout, and says what was meant > gateway alias add --provder x a b 1`] = `
gateway: error: unknown option "--provder"
gateway: hint: did you mean --provider?
usage: gateway alias add [--provider PROVIDER] [--weight NUMBER] [--set KEY=VALUE] [--default KEY=VALUE] [--remove KEY] [--system TEXT] [--respond-as WHO] [--description TEXT] [--hidden] [--for DURATION] [--until-restart] [--force] [--json] NAME TARGET...

`

exports[`test/cli/program.ts > TAP > bad usage exits 2, prints nothing to stdout, and says what was meant > gateway alias add a b --provider 1`] = `
gateway: error: option "--provider <PROVIDER>" argument missing
usage: gateway alias add [--provider PROVIDER] [--weight NUMBER] [--set KEY=VALUE] [--default KEY=VALUE] [--remove KEY] [--system TEXT] [--respond-as WHO] [--description TEXT] [--hidden] [--for DURATION] [--until-restart] [--force] [--json] NAME TARGET...

`

exports[`test/cli/program.ts > TAP > bad usage exits 2, prints nothing to stdout, and says what was meant > gateway alias add fast 1`] = `
gateway: error: missing required argument "TARGET"
usage: gateway alias add [--provider PROVIDER] [--weight NUMBER] [--set KEY=VALUE] [--default KEY=VALUE] [--remove KEY] [--system TEXT] [--respond-as WHO] [--description TEXT] [--hidden] [--for DURATION] [--until-restart] [--force] [--json] NAME TARGET...

`

exports[`test/cli/program.ts > TAP > bad usage exits 2, prints nothing to stdout, and says what was meant > gateway alias rename a b c 1`] = `
gateway: error: too many arguments for "rename". Expected 2 arguments but got 3
usage: gateway alias rename [--provider PROVIDER] [--json] OLD NEW

`

exports[`test/cli/program.ts > TAP > bad usage exits 2, prints nothing to stdout, and says what was meant > gateway alis 1`] = `
gateway: error: unknown command "alis"
gateway: hint: did you mean alias?
usage: gateway [--config FILE] COMMAND

`

exports[`test/cli/program.ts > TAP > bad usage exits 2, prints nothing to stdout, and says what was meant > gateway help alis 1`] = `
gateway: error: unknown command "alis"
gateway: hint: did you mean alias?
usage: gateway [--config FILE] COMMAND

`

exports[`test/cli/program.ts > TAP > bad usage exits 2, prints nothing to stdout, and says what was meant > gateway history shwo 1`] = `
gateway: error: too many arguments for "history". Expected 0 arguments but got 1
usage: gateway history [--lines N] [--json]

`

exports[`test/cli/program.ts > TAP > bad usage exits 2, prints nothing to stdout, and says what was meant > gateway logs -n many 1`] = `
gateway: error: "many" is not a whole number
usage: gateway logs [--follow] [--lines N]

`

exports[`test/cli/program.ts > TAP > bad usage exits 2, prints nothing to stdout, and says what was meant > gateway restart --now --drain 1s 1`] = `
gateway: error: --now and --drain exclude each other
usage: gateway restart [--now] [--drain DURATION] [--json]

`

exports[`test/cli/program.ts > TAP > bad usage exits 2, prints nothing to stdout, and says what was meant > gateway start --listen nowhere 1`] = `
gateway: error: "nowhere" is no address to listen on
gateway: hint: write it as HOST:PORT, e.g. 127.0.0.1:8081
usage: gateway start [--foreground] [--demo] [--listen ADDRESS] [--json]

`

exports[`test/cli/program.ts > TAP > bad usage exits 2, prints nothing to stdout, and says what was meant > gateway status --frce 1`] = `
gateway: error: unknown option "--frce"
usage: gateway status [--json]

`

exports[`test/cli/program.ts > TAP > bad usage exits 2, prints nothing to stdout, and says what was meant > gateway stop --drain soon 1`] = `
gateway: error: "soon" is not a duration
gateway: hint: write it as 500ms, 30s, 2m or 1h
usage: gateway stop [--now] [--drain DURATION] [--json]

`

exports[`test/cli/program.ts > TAP > bad usage exits 2, prints nothing to stdout, and says what was meant > gateway stop --now --drain 1s 1`] = `
gateway: error: --now and --drain exclude each other
usage: gateway stop [--now] [--drain DURATION] [--json]

`

exports[`test/cli/program.ts > TAP > help > gateway  1`] = `
Usage: gateway [--config FILE] COMMAND

Friendly names for AI models: a local gateway and its command line

Options:
  -v, --version            print the version
  --config FILE            use this config file (or set GATEWAY_CONFIG)
  -h, --help               print help

Names:
  alias                    give models friendly names (add, remove, rename,
                           show, list)
  profile                  give names other meanings for a while (use, none,
                           list)
  explain [NAME]           show what a name means, rule by rule
  test NAME [PROMPT]       send a prompt through the gateway and print the
                           answer

Daemon:
  start                    start the daemon
  stop                     stop the daemon when running answers have finished
  restart                  start the daemon anew, with the environment of this
                           shell
  status                   show whether the daemon runs, and how it is
  reload                   have the daemon read its config and credentials again
                           now
  logs                     print the daemon's log
  metrics                  print the daemon's metrics, in Prometheus's format

Providers:
  provider                 see the services that have the models (list, test,
                           models)
  credential               keep and test the keys of providers (set, list,
                           remove, test)

Configuration:
  history                  show how the config came to be what it is, the newest
                           change last (show)
  undo                     take the last change of the config back
  completion SHELL         print a script with which the shell completes
                           commands, options, aliases and models
  config                   find, check and edit the config file (path, check,
                           show, edit, schema)

Other systems:
  apply                    make providers and aliases of Kubernetes manifests
  delete [KIND] [NAME...]  remove what apply made of a manifest
  get KIND [NAME...]       show what was applied, as it is now
  export                   write providers and aliases as Kubernetes manifests
  import FILE              take over the aliases of another program's config

`

exports[`test/cli/program.ts > TAP > help > gateway alias 1`] = `
Usage: gateway alias COMMAND

give models friendly names

Options:
  -h, --help          print help

Commands:
  add NAME TARGET...  give a model another name
  remove NAME...      take names away again
  rename OLD NEW      give an alias another name
  show NAME           show what one alias says, where it stands and where it
                      leads
  list                show all aliases and where they lead

`

exports[`test/cli/program.ts > TAP > help > gateway alias add 1`] = `
Usage: gateway alias add [--provider PROVIDER] [--weight NUMBER] [--set KEY=VALUE] [--default KEY=VALUE] [--remove KEY] [--system TEXT] [--respond-as WHO] [--description TEXT] [--hidden] [--for DURATION] [--until-restart] [--force] [--json] NAME TARGET...

give a model another name

NAME is what clients ask for, TARGET what they get: a model name,
PROVIDER/MODEL, or another alias. The config file is edited in place; a running
daemon has the alias live when the command returns.

With --for or --until-restart the alias is temporary: the running daemon alone
has it, before all others of its name, and the config file stays as it is. It
ends by itself, by "alias remove", and at the latest when the daemon restarts;
it may replace another temporary one without --force.

Arguments:
  NAME                 the alias; each * in it matches any run of characters
  TARGET               a model, PROVIDER/MODEL, or another alias; several make a
                       list

Options:
  --provider PROVIDER  only for requests that are addressed to this provider
  --weight NUMBER      share requests out: once for each target, in their order
  --set KEY=VALUE      a field that every request gets; JSON where it is JSON,
                       else text
  --default KEY=VALUE  a field that a request gets where the client sends none
  --remove KEY         a field that is dropped
  --system TEXT        a system message before what the client says
  --respond-as WHO     whose name answers carry: alias or upstream
  --description TEXT   what it is for; shown in lists
  --hidden             leave it out of the list of models
  --for DURATION       only for a time, e.g. 2h: in the running daemon, not in
                       the config
  --until-restart      only until the daemon restarts, in the same way
  -f, --force          replace an alias of this name, with all it says
  --json               print the result as JSON
  -h, --help           print help

Examples:
  gateway alias add fast gpt-3.5-turbo
  gateway alias add smart openai/gpt-4-turbo
  gateway alias add fast qwen3:4b --provider ollama
  gateway alias add chat ollama/qwen3 openai/gpt-4o-mini
  gateway alias add fast claude-opus-4-1 --for 2h
  gateway alias add think openai/gpt-5 --set reasoning_effort=high --remove top_p

`

exports[`test/cli/program.ts > TAP > help > gateway alias list 1`] = `
Usage: gateway alias list [--provider PROVIDER] [--json]

show all aliases and where they lead

Options:
  --provider PROVIDER  only those of this provider
  --json               print the result as JSON
  -h, --help           print help

`

exports[`test/cli/program.ts > TAP > help > gateway alias remove 1`] = `
Usage: gateway alias remove [--provider PROVIDER] [--json] NAME...

take names away again

Where a name is a temporary alias, that is taken away, and the one in the config
file stays.

Arguments:
  NAME                 the aliases to remove

Options:
  --provider PROVIDER  those of this provider, not the global ones
  --json               print the result as JSON
  -h, --help           print help

Examples:
  gateway alias remove fast
  gateway alias remove fast --provider ollama

`

exports[`test/cli/program.ts > TAP > help > gateway alias rename 1`] = `
Usage: gateway alias rename [--provider PROVIDER] [--json] OLD NEW

give an alias another name

It keeps its place in the file, its comments and all it says. Aliases that lead
to it by its old name are named, and left as they are.

Arguments:
  OLD                  the alias
  NEW                  its new name

Options:
  --provider PROVIDER  one of this provider, not a global one
  --json               print the result as JSON
  -h, --help           print help

Examples:
  gateway alias rename fast quick

`

exports[`test/cli/program.ts > TAP > help > gateway alias show 1`] = `
Usage: gateway alias show [--provider PROVIDER] [--json] NAME

show what one alias says, where it stands and where it leads

Arguments:
  NAME                 the alias

Options:
  --provider PROVIDER  one of this provider, not a global one
  --json               print the result as JSON
  -h, --help           print help

Examples:
  gateway alias show fast

`

exports[`test/cli/program.ts > TAP > help > gateway apply 1`] = `
Usage: gateway apply [--file FILE] [--namespace NAMESPACE] [--strict] [--force] [--dry-run] [--json]

make providers and aliases of Kubernetes manifests

Takes manifests of the kind AgentgatewayBackend (agentgateway.dev/v1alpha1), as
agentgateway has them, and makes of each a provider of its name with its
aliases, in the config file. A Secret in the same input goes into the credential
store. What cannot be carried is reported field by field.

What you wrote or changed by hand stays, unless --force is given.

Options:
  -f, --file FILE            a file, a folder of them, or - for stdin; may be
                             repeated
  -n, --namespace NAMESPACE  the namespace of manifests that name none
  --strict                   change nothing unless everything can be carried
  --force                    also replace what was written or changed by hand
  --dry-run                  only say what would be done
  --json                     print the result as JSON
  -h, --help                 print help

Examples:
  gateway apply -f backend.yaml
  kubectl get agbe openai -o yaml | gateway apply -f -

`

exports[`test/cli/program.ts > TAP > help > gateway completion 1`] = `
Usage: gateway completion SHELL

print a script with which the shell completes commands, options, aliases and
models

bash: write eval "$(gateway completion bash)" into ~/.bashrc. zsh: the same with
zsh into ~/.zshrc, after compinit. fish: gateway completion fish >
~/.config/fish/completions/gateway.fish

Names come from the config, and where the daemon runs, from what it knows of
models.

Arguments:
  SHELL       bash, zsh, fish

Options:
  -h, --help  print help

Examples:
  eval "$(gateway completion bash)"

`

exports[`test/cli/program.ts > TAP > help > gateway config 1`] = `
Usage: gateway config COMMAND

find, check and edit the config file

Options:
  -h, --help  print help

Commands:
  path        print where the config file is
  check       check the config file and print all that is wrong with it
  show        print the config as it takes effect, defaults included
  edit        open the config file in your editor, and check it afterwards
  schema      print the JSON Schema of the config, for editors

`

exports[`test/cli/program.ts > TAP > help > gateway config check 1`] = `
Usage: gateway config check [--json]

check the config file and print all that is wrong with it

Each line begins with FILE:LINE:COLUMN. The exit code is 1 where there are
errors.

Options:
  --json      print the result as JSON
  -h, --help  print help

`

exports[`test/cli/program.ts > TAP > help > gateway config edit 1`] = `
Usage: gateway config edit

open the config file in your editor, and check it afterwards

The editor is $VISUAL, or $EDITOR, or the one of the system. A file that does
not exist yet is written first, with comments.

Options:
  -h, --help  print help

`

exports[`test/cli/program.ts > TAP > help > gateway config path 1`] = `
Usage: gateway config path [--json]

print where the config file is

With --json, also where the credentials, the history, the log and the control
socket are.

Options:
  --json      print the result as JSON
  -h, --help  print help

`

exports[`test/cli/program.ts > TAP > help > gateway config schema 1`] = `
Usage: gateway config schema [--json]

print the JSON Schema of the config, for editors

Options:
  --json      print the result as JSON
  -h, --help  print help

Examples:
  gateway config schema > gateway.schema.json

`

exports[`test/cli/program.ts > TAP > help > gateway config show 1`] = `
Usage: gateway config show [--json]

print the config as it takes effect, defaults included

What is printed is a config itself. Credentials are shown as references; headers
that may hold a secret are hidden.

Options:
  --json      print the result as JSON
  -h, --help  print help

`

exports[`test/cli/program.ts > TAP > help > gateway credential 1`] = `
Usage: gateway credential COMMAND

keep and test the keys of providers

Options:
  -h, --help      print help

Commands:
  set NAME        keep a key in the credential store
  list            show what is in the credential store, never the keys
                  themselves
  remove NAME     forget a key of the credential store
  test [NAME...]  ask providers whether they take their keys

`

exports[`test/cli/program.ts > TAP > help > gateway credential list 1`] = `
Usage: gateway credential list [--json]

show what is in the credential store, never the keys themselves

Options:
  --json      print the result as JSON
  -h, --help  print help

`

exports[`test/cli/program.ts > TAP > help > gateway credential remove 1`] = `
Usage: gateway credential remove [--json] NAME

forget a key of the credential store

Arguments:
  NAME        a name that "credential list" shows

Options:
  --json      print the result as JSON
  -h, --help  print help

`

exports[`test/cli/program.ts > TAP > help > gateway credential set 1`] = `
Usage: gateway credential set [--json] NAME

keep a key in the credential store

Asks for the key without showing it, or reads it from stdin; it is never an
argument, where other users could see it. A provider of this name finds it by
itself; any other names it in the config as "credential: store:NAME".

Arguments:
  NAME        the name of a provider, or any other

Options:
  --json      print the result as JSON
  -h, --help  print help

Examples:
  gateway credential set openai
  pass show openai | gateway credential set openai

`

exports[`test/cli/program.ts > TAP > help > gateway credential test 1`] = `
Usage: gateway credential test [--json] [NAME...]

ask providers whether they take their keys

The running daemon asks each provider for its list of models, which costs
nothing, with the very credential that requests get. Prints ok, refused,
missing, unreachable or failed for each; untested where a provider has no such
list, or shows it to everybody. Never prints a key. The exit code is 1 where any
fails.

Arguments:
  NAME        a provider, or a name of the store (all declared providers, and
              presets with a key)

Options:
  --json      print the result as JSON
  -h, --help  print help

Examples:
  gateway credential test
  gateway credential test openai

`

exports[`test/cli/program.ts > TAP > help > gateway delete 1`] = `
Usage: gateway delete [--file FILE] [--namespace NAMESPACE] [--dry-run] [--json] [KIND] [NAME...]

remove what apply made of a manifest

Removes the provider and the aliases that "gateway apply" made, and nothing
else: what you have changed since then, or built on, stays and is named.

Arguments:
  KIND                       the kind: AgentgatewayBackend, in any way that
                             kubectl takes it
  NAME                       the names of the manifests

Options:
  -f, --file FILE            delete what is in this file, folder, or - for
                             stdin; may be repeated
  -n, --namespace NAMESPACE  the namespace it was applied in
  --dry-run                  only say what would be done
  --json                     print the result as JSON
  -h, --help                 print help

Examples:
  gateway delete AgentgatewayBackend openai -n agentgateway-system
  gateway delete -f backend.yaml

`

exports[`test/cli/program.ts > TAP > help > gateway explain 1`] = `
Usage: gateway explain [--path PATH] [--request FILE] [--live] [--json] [NAME]

show what a name means, rule by rule

Walks the same rules as a request, and shows what each said, the aliases passed,
the targets with their parameters, and what was dropped and why. From the config
file, with the profile in use and the temporary aliases of the daemon over it;
with --live as the running daemon has it, with the state of each target, and
what its parameters are sent as.

With --request the name is taken from the "model" of a JSON body, lists with
weights are put in the order of that conversation, and the body is shown as the
first target would get it.

Arguments:
  NAME            the name a client asks for

Options:
  --path PATH     as if sent to this path: /openai names the provider,
                  /v1/messages the protocol
  --request FILE  a JSON request body, or - for stdin
  --live          ask the running daemon
  --json          print the result as JSON
  -h, --help      print help

Examples:
  gateway explain fast
  gateway explain fast --path /openai --live
  gateway explain --request body.json --json

`

exports[`test/cli/program.ts > TAP > help > gateway export 1`] = `
Usage: gateway export [--to SYSTEM] [--namespace NAMESPACE] [--strict] [--json]

write providers and aliases as Kubernetes manifests

For whoever outgrows one machine: manifests of the kind AgentgatewayBackend, for
a cluster with agentgateway. What that system cannot express is reported on
stderr. Keys are not written: a cluster has them as Secrets.

Options:
  --to SYSTEM                the system to write for: agentgateway
  -n, --namespace NAMESPACE  their namespace: agentgateway-system unless given,
                             or the one they were applied in
  --strict                   write nothing unless everything can be expressed
  --json                     print the result as JSON
  -h, --help                 print help

Examples:
  gateway export --to agentgateway > backends.yaml

`

exports[`test/cli/program.ts > TAP > help > gateway get 1`] = `
Usage: gateway get [--namespace NAMESPACE] [--output FORMAT] [--json] KIND [NAME...]

show what was applied, as it is now

The manifests are written from the config, so they show what is in effect: also
what you have changed by hand, and without what could not be carried.

Arguments:
  KIND                       the kind: AgentgatewayBackend, in any way that
                             kubectl takes it
  NAME                       the names of the manifests; all of them, where none
                             is given

Options:
  -n, --namespace NAMESPACE  only those of this namespace
  -o, --output FORMAT        yaml or json: the whole manifests
  --json                     print the result as JSON
  -h, --help                 print help

Examples:
  gateway get AgentgatewayBackend
  gateway get agbe openai -o yaml

`

exports[`test/cli/program.ts > TAP > help > gateway history 1`] = `
Usage: gateway history [--lines N] [--json]

show how the config came to be what it is, the newest change last

Every text of the config file that became live is a generation: its number, when
that was, which command made it or that the file was edited by hand, and what is
different in meaning. Numbers go on across restarts. What was changed while the
daemon was stopped is one generation, of its next start; what the daemon refused
is none. The last 200 are kept, with their texts, in the state folder.

Options:
  -n, --lines N  the last N generations (20)
  --json         print the result as JSON
  -h, --help     print help

Commands:
  show

Examples:
  gateway history
  gateway history show 7

`

exports[`test/cli/program.ts > TAP > help > gateway history show 1`] = `
Usage: gateway history show [--text] [--json] NUMBER

show one generation: what it changed, in meaning and in the text

The difference is to the generation before, where that is still kept. The text
is shown as it stands in the file.

Arguments:
  NUMBER      as "gateway history" shows it

Options:
  --text      print the text of the config, byte for byte, instead
  --json      print the result as JSON
  -h, --help  print help

Examples:
  gateway history show 7
  gateway history show 7 --text > old.yaml

`

exports[`test/cli/program.ts > TAP > help > gateway import 1`] = `
Usage: gateway import [--from FORMAT] [--base-url URL] [--strict] [--force] [--dry-run] [--json] FILE

take over the aliases of another program's config

Reads the config of LiteLLM (model_list, model_group_alias, fallbacks), the
config of llama-swap (models and their aliases), or the aliases.json of llm, and
writes its names and the providers they need into the config file. What cannot
be carried is reported field by field. Keys go into the credential store.

An alias that exists already stays, unless --force is given.

Arguments:
  FILE            the file, or - for stdin

Options:
  --from FORMAT   what the file is, where it cannot be told: litellm,
                  llama-swap, llm
  --base-url URL  where llama-swap listens, e.g. http://127.0.0.1:9292/v1
  --strict        change nothing unless everything can be carried
  -f, --force     replace aliases that exist
  --dry-run       only say what would be done
  --json          print the result as JSON
  -h, --help      print help

Examples:
  gateway import ~/litellm/config.yaml --dry-run
  gateway import ~/.config/io.datasette.llm/aliases.json

`

exports[`test/cli/program.ts > TAP > help > gateway logs 1`] = `
Usage: gateway logs [--follow] [--lines N]

print the daemon's log

Reads the log file, so it works with the daemon stopped.

Options:
  -f, --follow   go on with what is being written
  -n, --lines N  begin with the last N lines (50)
  -h, --help     print help

`

exports[`test/cli/program.ts > TAP > help > gateway metrics 1`] = `
Usage: gateway metrics [--json]

print the daemon's metrics, in Prometheus's format

The same is at /metrics of the gateway itself while that listens on loopback,
and at "metrics.listen" in the config.

Options:
  --json      print the result as JSON
  -h, --help  print help

`

exports[`test/cli/program.ts > TAP > help > gateway profile list 1`] = `
Usage: gateway profile list [--json]

show the profiles of the config, and which is in use

Options:
  --json      print the result as JSON
  -h, --help  print help

`

exports[`test/cli/program.ts > TAP > help > gateway profile none 1`] = `
Usage: gateway profile none [--json]

use no profile: the aliases of the config as they are

Options:
  --json      print the result as JSON
  -h, --help  print help

`

exports[`test/cli/program.ts > TAP > help > gateway profile use 1`] = `
Usage: gateway profile use [--json] NAME

lay the aliases of a profile over the others

Which profile is in use is remembered for this config file, outside it, and
holds after a restart too. Where the daemon runs, it is live when the command
returns.

Arguments:
  NAME        a profile of the config

Options:
  --json      print the result as JSON
  -h, --help  print help

Examples:
  gateway profile use offline

`

exports[`test/cli/program.ts > TAP > help > gateway provider 1`] = `
Usage: gateway provider COMMAND

see the services that have the models

Options:
  -h, --help        print help

Commands:
  list              show providers and whether their credentials are there
  test [NAME...]    ask providers whether they can be reached and take their
                    keys
  models [NAME...]  ask providers for the models they have

`

exports[`test/cli/program.ts > TAP > help > gateway provider list 1`] = `
Usage: gateway provider list [--all] [--json]

show providers and whether their credentials are there

Shows the providers that the config declares, and the presets whose credential
is found: those can be used as targets without being declared.

Options:
  --all       all presets, also those without a credential
  --json      print the result as JSON
  -h, --help  print help

`

exports[`test/cli/program.ts > TAP > help > gateway provider models 1`] = `
Usage: gateway provider models [--json] [NAME...]

ask providers for the models they have

Prints PROVIDER/MODEL, as an alias would name it, one a line. The running daemon
asks, with the credentials that requests get.

Arguments:
  NAME        the providers (all that are declared, and presets with a key)

Options:
  --json      print the result as JSON
  -h, --help  print help

Examples:
  gateway provider models openai | grep mini

`

exports[`test/cli/program.ts > TAP > help > gateway provider test 1`] = `
Usage: gateway provider test [--json] [NAME...]

ask providers whether they can be reached and take their keys

The same as "gateway credential test", asked from the other side.

Arguments:
  NAME        the providers (all that are declared, and presets with a key)

Options:
  --json      print the result as JSON
  -h, --help  print help

`

exports[`test/cli/program.ts > TAP > help > gateway reload 1`] = `
Usage: gateway reload [--json]

have the daemon read its config and credentials again now

The daemon sees a changed config by itself; this is for scripts, which get exit
code 1 and all the errors where the config is refused. The last good one serves
on then.

Options:
  --json      print the result as JSON
  -h, --help  print help

`

exports[`test/cli/program.ts > TAP > help > gateway restart 1`] = `
Usage: gateway restart [--now] [--drain DURATION] [--json]

start the daemon anew, with the environment of this shell

The next daemon takes the port over before the older one lets go of it, so no
connection is refused. The older one finishes its running answers, as long as
the drain allows (30 s, or "drain" in the config), and ends. Where the next one
does not start, the older one goes on. On Windows the older one is stopped
first.

The config file, --demo and --listen stay as they were when it was started;
--config names another file. Where no daemon runs, starts one. A daemon in the
foreground is for its supervisor to restart.

Options:
  --now             cut running answers
  --drain DURATION  how long running answers may take to finish, e.g. 2m
  --json            print the result as JSON
  -h, --help        print help

`

exports[`test/cli/program.ts > TAP > help > gateway start 1`] = `
Usage: gateway start [--foreground] [--demo] [--listen ADDRESS] [--json]

start the daemon

Returns when the daemon is ready, and prints its URL. Where one is running
already, says so and leaves it alone.

With --demo, every provider is played by the built-in demo provider: no key is
needed and nothing leaves the machine.

Options:
  --foreground      stay in this terminal, log to stderr, end on SIGTERM or
                    Ctrl-C
  --demo            let the built-in demo provider play every provider
  --listen ADDRESS  listen on this HOST:PORT, whatever the config says
  --json            print the result as JSON
  -h, --help        print help

Examples:
  gateway start
  gateway start --demo --listen 127.0.0.1:8081

`

exports[`test/cli/program.ts > TAP > help > gateway status 1`] = `
Usage: gateway status [--json]

show whether the daemon runs, and how it is

The exit code is 3 where it is not running.

Options:
  --json      print the result as JSON
  -h, --help  print help

`

exports[`test/cli/program.ts > TAP > help > gateway stop 1`] = `
Usage: gateway stop [--now] [--drain DURATION] [--json]

stop the daemon when running answers have finished

New connections are refused at once. Answers that run longer than the drain
allows (30 s, or "drain" in the config) are cut.

Options:
  --now             cut running answers
  --drain DURATION  how long running answers may take to finish, e.g. 2m
  --json            print the result as JSON
  -h, --help        print help

`

exports[`test/cli/program.ts > TAP > help > gateway test 1`] = `
Usage: gateway test [--as CLIENT] [--system TEXT] [--provider PROVIDER] [--no-stream] [--json] NAME [PROMPT]

send a prompt through the gateway and print the answer

The answer goes to stdout as it comes; a line on stderr says which model gave
it, with its tokens and times. Ctrl-C ends the request, also upstream.

Arguments:
  NAME                 an alias, a model or PROVIDER/MODEL
  PROMPT               what to ask; read from stdin where that is a pipe or a
                       file

Options:
  --as CLIENT          ask as a client of this protocol does: openai, responses,
                       anthropic, gemini, ollama
  --system TEXT        a system message before the prompt
  --provider PROVIDER  address the request to this provider
  --no-stream          ask for the answer in one piece
  --json               print the result as JSON
  -h, --help           print help

Examples:
  gateway test fast
  gateway test fast --as anthropic
  gateway test fast "Compose a poem that explains recursion."
  git diff | gateway test smart --system "Review this change."

`

exports[`test/cli/program.ts > TAP > help > gateway undo 1`] = `
Usage: gateway undo [--to N] [--json]

take the last change of the config back

Writes the text of the generation before into the config file, byte for byte, as
an edit like any other. Undoing again goes one further back; to take an undo
back, or to go to any generation, name it with --to. A file that has changed
since its last generation became live is not touched.

Options:
  --to N      go to the text of this generation
  --json      print the result as JSON
  -h, --help  print help

Examples:
  gateway undo
  gateway undo --to 7

`
