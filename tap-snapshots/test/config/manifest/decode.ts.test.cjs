/* IMPORTANT
 * This snapshot file is auto-generated, but designed for humans.
 * It should be checked into source control and tracked carefully.
 * Re-generate by setting TAP_SNAPSHOT=1 and running tests.
 * Make sure to inspect the output below.  Do not ignore changes!
 */
'use strict'
exports[`test/config/manifest/decode.ts > TAP > bad/broken.yaml > broken.yaml 1`] = `
a manifest cannot be read; nothing was written
test/fixtures/manifest/bad/broken.yaml:2:4: cannot be read here (check the indentation, and quote values that hold ": " or begin with a sign such as @ or *)
`

exports[`test/config/manifest/decode.ts > TAP > bad/secret.yaml > secret.yaml 1`] = `
a manifest cannot be read; nothing was written
test/fixtures/manifest/bad/secret.yaml:4:1: stringData: found a key that is not one line of plain text
`

exports[`test/config/manifest/decode.ts > TAP > bad/several.yaml > several.yaml 1`] = `
a manifest cannot be read; nothing was written
test/fixtures/manifest/bad/several.yaml:3:1: metadata.name: is missing
test/fixtures/manifest/bad/several.yaml:6:1: found no kind: this is no Kubernetes manifest
test/fixtures/manifest/bad/several.yaml:13:5: spec.ai.provider: host and port stand together
`

exports[`test/config/manifest/decode.ts > TAP > bad/two-kinds.yaml > two-kinds.yaml 1`] = `
a manifest cannot be read; nothing was written
test/fixtures/manifest/bad/two-kinds.yaml:6:5: spec.ai.provider: names 2 providers, openai and gemini, and can be only one
`

exports[`test/config/manifest/decode.ts > TAP > groups.yaml > groups.yaml 1`] = `
providers:
  llm-gpt:
    preset: openai
    credential: store:gpt-key
    aliases:
      '*': gpt-4o
  llm-mini:
    preset: openai
    aliases:
      '*': gpt-4o-mini
  llm-claude:
    preset: anthropic
    aliases:
      fast: claude-haiku-4-5
      '*': claude-haiku-4-5
aliases:
  fast:
    targets: [llm-gpt/gpt-4o-mini, llm-mini/gpt-4o-mini, llm-claude/fast]
  llm:
    targets: [llm-gpt/gpt-4o, llm-mini/gpt-4o-mini, llm-claude/claude-haiku-4-5]
  llm/*:
    targets: [llm-gpt/*, llm-mini/*, llm-claude/*]

test/fixtures/manifest/groups.yaml:4:24: warning: metadata.labels: not carried: the gateway keeps the name and the namespace
test/fixtures/manifest/groups.yaml:8:9: warning: spec.ai.groups[0].providers: not carried: they are tried in order; the gateway does not spread by health
test/fixtures/manifest/groups.yaml:22:1: warning: kind: not carried: a HTTPRoute: no route is needed, each provider is served below its name, and all names at /v1
test/fixtures/manifest/groups.yaml:29:9: warning: spec.mcp: not carried: the gateway serves models, and this is a backend of another sort

`

exports[`test/config/manifest/decode.ts > TAP > guide.yaml > guide.yaml 1`] = `
providers:
  openai:
    credential: store:openai-secret
aliases:
  fast: openai/gpt-3.5-turbo
  smart: openai/gpt-4-turbo



`

exports[`test/config/manifest/decode.ts > TAP > override.yaml > override.yaml 1`] = `
providers:
  claude:
    preset: anthropic
    credential: passthrough
    aliases:
      '*':
        target: claude-sonnet-4-5
        set: { temperature: 0.2 }
        default: { max_tokens: 1024 }
        prompt:
          prepend: [{ role: system, content: Answer in French. }, { role: user, content: Hello }]
          append: [{ role: system, content: Be brief. }]

test/fixtures/manifest/override.yaml:31:23: warning: spec.policies.ai.modelAliases.any-*: not carried: no model has a * in its name; here it would stand for what the name matched
test/fixtures/manifest/override.yaml:13:13: warning: spec.policies.ai.defaults[1].field: not carried: a dot leads into a field here
test/fixtures/manifest/override.yaml:21:15: warning: spec.policies.ai.prompt.prepend[2].role: not carried: a message is by one of system, developer, user, assistant, not by tool
test/fixtures/manifest/override.yaml:29:9: warning: spec.policies.ai.routes./v1/messages: not carried: the gateway reads this path as Messages, not as Completions
test/fixtures/manifest/override.yaml:24:7: warning: spec.policies.ai.transformations: not carried: the gateway evaluates no expressions
test/fixtures/manifest/override.yaml:25:7: warning: spec.policies.ai.promptGuard: not carried: the gateway does not look into prompts and answers
test/fixtures/manifest/override.yaml:26:7: warning: spec.policies.ai.promptCaching: not carried: requests reach the provider as the client wrote them
test/fixtures/manifest/override.yaml:32:5: warning: spec.policies.health: not carried: a target that fails is passed over for the next one
test/fixtures/manifest/override.yaml:6:5: warning: spec.ai.provider: not carried: its own model claude-sonnet-4-5 goes before the override claude-other

`

exports[`test/config/manifest/decode.ts > TAP > providers.yaml > providers.yaml 1`] = `
providers:
  azure-old:
    preset: azure
    baseUrl: https://res.openai.azure.com/openai/v1
    aliases:
      '*': gpt-4o-mini
  azure:
    baseUrl: https://res.services.ai.azure.com/api/projects/proj/openai/v1
  google:
    preset: gemini
  vertex:
    baseUrl: https://aiplatform.eu.rep.googleapis.com/v1/projects/proj/locations/eu/endpoints/openapi
  aws:
    preset: bedrock
    baseUrl: https://bedrock-runtime.us-east-1.amazonaws.com/openai/v1
  local:
    preset: openai
    baseUrl: http://ollama.local:11434/v1
    credential: none
    aliases:
      '*': llama3.2
  router:
    preset: openai
    baseUrl: https://openrouter.ai/api/v1
    credential: none
  prefixed:
    preset: anthropic
    baseUrl: https://proxy.example.com:8443/claude/v1
    credential: none
  own:
    preset: vllm
    baseUrl: 'http://[::1]:9000/v1'
    aliases:
      '*': gpt-oss

test/fixtures/manifest/providers.yaml:7:118: warning: items[0].spec.ai.provider.azureopenai.apiVersion: not carried: requests go to version v1 of Azure's API, not 2024-02-15-preview
test/fixtures/manifest/providers.yaml:19:98: warning: items[3].spec.policies.auth.gcp: not carried: the gateway does not sign in to gcp itself; a command that prints a token can be a credential, command:...
test/fixtures/manifest/providers.yaml:23:42: warning: items[4].spec.ai.provider.bedrock.guardrail: not carried: the gateway does not set AWS guardrails
test/fixtures/manifest/providers.yaml:31:130: warning: items[6].spec.policies.tls.sni: not carried: the system's certificates and the host name are checked
test/fixtures/manifest/providers.yaml:39:117: warning: items[8].spec.ai.provider.custom.formats[1].type: not carried: a provider speaks one API here, and this one OpenAI's

`
