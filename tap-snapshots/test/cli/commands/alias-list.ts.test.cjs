/* IMPORTANT
 * This snapshot file is auto-generated, but designed for humans.
 * It should be checked into source control and tracked carefully.
 * Re-generate by setting TAP_SNAPSHOT=1 and running tests.
 * Make sure to inspect the output below.  Do not ignore changes!
 */
'use strict'
exports[`test/cli/commands/alias-list.ts > TAP > a table of all of them > 60 columns 1`] = `
NAME      TARGET        GOES TO       PROVIDER  NOTES
fast      gpt-3.5-tur…  openai/gpt-…
gpt-4     openai/gpt-…                          shadows ope…
claude-*  anthropic/c…                          pattern
chat      fast, then …  openai/gpt-…            for talking
split     openai/gpt-…  openai/gpt-…
think     openai/gpt-…  openai/gpt-5
off       gpt-4 (disa…
fast      qwen3:4b      ollama/qwen…  ollama
tiny      qwen3:1b      ollama/qwen…  ollama    shadows oll…

`

exports[`test/cli/commands/alias-list.ts > TAP > a table of all of them > must match snapshot 1`] = `
NAME      TARGET                                                         GOES TO                              PROVIDER  NOTES
fast      gpt-3.5-turbo                                                  openai/gpt-3.5-turbo
gpt-4     openai/gpt-4o                                                                                                 shadows openai/gpt-4
claude-*  anthropic/claude-*                                                                                            pattern
chat      fast, then ollama/llama3                                       openai/gpt-3.5-turbo, ollama/llama3            for talking
split     openai/gpt-4o (9) or gpt-4o-mini (1)                           openai/gpt-4o, openai/gpt-4o-mini
think     openai/gpt-5 with set reasoning_effort, remove top_p (hidden)  openai/gpt-5
off       gpt-4 (disabled)
fast      qwen3:4b                                                       ollama/qwen3:4b                      ollama
tiny      qwen3:1b                                                       ollama/qwen3:1b                      ollama    shadows ollama/tiny

`

exports[`test/cli/commands/alias-list.ts > TAP > none yet: nothing on stdout, the way to one on stderr > must match snapshot 1`] = `
gateway: no aliases yet: gateway alias add fast gpt-3.5-turbo

`
