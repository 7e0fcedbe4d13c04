/* IMPORTANT
 * This snapshot file is auto-generated, but designed for humans.
 * It should be checked into source control and tracked carefully.
 * Re-generate by setting TAP_SNAPSHOT=1 and running tests.
 * Make sure to inspect the output below.  Do not ignore changes!
 */
'use strict'
exports[`test/config/import/import-file.ts > TAP > litellm.yaml > litellm.yaml 1`] = `
providers:
  azure:
    baseUrl: https://eu.openai.azure.com/openai/v1
    credential: env:AZURE_EU_KEY
  azure-2:
    preset: azure
    baseUrl: https://ca.openai.azure.com/openai/v1
    credential: env:AZURE_CA_KEY
  anthropic:
    credential: store:anthropic
  ollama:
    baseUrl: http://localhost:11434/v1
  llm-example-com:
    api: openai
    baseUrl: https://llm.example.com/v1
    credential: env:WORK_KEY
aliases:
  gpt-4o:
    targets:
      - gpt-4o-pool
      - { model: anthropic/claude-sonnet-4-5, default: { temperature: 0.2, top_k: 5 } }
      - ollama/qwen3:4b
  claude:
    targets:
      - { model: anthropic/claude-sonnet-4-5, default: { temperature: 0.2, top_k: 5 } }
      - gpt-4o-pool
  local:
    targets: [ollama/qwen3:4b, openai/gpt-4o-mini]
  work: llm-example-com/our-model
  work-too: llm-example-com/other
  bare: openai/gpt-4o-mini
  groq/*: groq/*
  gpt-4o-pool:
    targets:
      - { model: azure/gpt-4o-eu, weight: 1 }
      - { model: azure-2/gpt-4o-ca, weight: 1 }
      - { model: openai/gpt-4o, weight: 2 }
    hidden: true
  gpt-4: gpt-4o
  secret:
    target: claude
    hidden: true

litellm.yaml:7:7: warning: model_list[0].litellm_params.api_version: not carried: requests go to version v1 of Azure's API
litellm.yaml:8:7: warning: model_list[0].litellm_params.rpm: not carried: the gateway does not limit rates
litellm.yaml:22:5: warning: model_list[3].model_info: not carried: the gateway knows models by their names
litellm.yaml:34:23: warning: model_list[9].litellm_params.model: not carried: the gateway has no provider like sagemaker
litellm.yaml:36:40: warning: model_list[10].litellm_params.api_base: not carried: it is not written in the file, and a base URL must be in the config (gateway config edit)
litellm.yaml:48:17: warning: litellm_settings.fallbacks[0].local: not carried: "nothing" is no other name of model_list
litellm.yaml:42:5: warning: router_settings.model_group_alias.lost: not carried: "none" is no name of model_list
litellm.yaml:38:3: warning: router_settings.routing_strategy: not carried: targets are taken by weight, or in order
litellm.yaml:47:3: warning: litellm_settings.drop_params: not carried: fields to drop are listed with an alias: remove
litellm.yaml:49:1: warning: general_settings: not carried: they are about the proxy itself

keys: anthropic

`

exports[`test/config/import/import-file.ts > TAP > llama-swap.yaml > llama-swap.yaml 1`] = `
providers:
  llama-swap:
    api: openai
    baseUrl: http://127.0.0.1:9292/v1
    models: [gpt-oss-120b, gpt-oss-120b:high, qwen, big]
aliases:
  gpt-4o-mini:
    target: llama-swap/gpt-oss-120b
    description: A thinking model
  think:
    target: llama-swap/gpt-oss-120b
    hidden: true
    description: Thinker
  q:
    target: llama-swap/qwen
    hidden: true

llama-swap.yaml:17:12: warning: peers.other.proxy: not carried: llama-swap does that itself, and goes on doing it
llama-swap.yaml:1:1: warning: not carried: where it listens is not in its config, and its usual port 8080 is the gateway's; taken to be 9292 (llama-swap -listen 127.0.0.1:9292, or give --base-url)
llama-swap.yaml:4:5: warning: models.gpt-oss-120b.cmd: not carried: llama-swap does that itself, and goes on doing it
llama-swap.yaml:9:5: warning: models.gpt-oss-120b.filters: not carried: llama-swap does that itself, and goes on doing it
llama-swap.yaml:13:5: warning: models.qwen.cmd: not carried: llama-swap does that itself, and goes on doing it
llama-swap.yaml:1:1: warning: healthCheckTimeout: not carried: llama-swap does that itself, and goes on doing it
llama-swap.yaml:18:1: warning: groups: not carried: llama-swap does that itself, and goes on doing it

keys: 

`

exports[`test/config/import/import-file.ts > TAP > llm.json > llm.json 1`] = `
aliases:
  fast: gpt-4o-mini
  claude: anthropic/claude-sonnet-4-5
  gh: github/gpt-4o
  two words: gpt-4o

llm.json:1:67: warning: lost: not carried: no provider is named nowhere, so nowhere/model leads nowhere (gateway alias add lost PROVIDER/MODEL)
llm.json:1:145: warning: [" spaced"]: not carried: a name holds no spaces at its ends, no other white space and no control characters

keys: 

`
