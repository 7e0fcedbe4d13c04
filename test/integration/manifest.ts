// agentgateway's guide on model aliases, word for word, with `gateway` for `kubectl`: the built program, a real daemon.

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import t from 'tap'

const bin = fileURLToPath(new URL('../../bin/gateway.js', import.meta.url))

const manifest = `apiVersion: agentgateway.dev/v1alpha1
kind: AgentgatewayBackend
metadata:
  name: openai
  namespace: agentgateway-system
spec:
  ai:
    provider:
      openai: {}
  policies:
    auth:
      secretRef:
        name: openai-secret
    ai:
      modelAliases:
        fast: gpt-3.5-turbo
        smart: gpt-4-turbo
`
const request = (model: string) => ({
  model,
  messages: [
    {
      role: 'system',
      content:
        'You are a poetic assistant, skilled in explaining complex programming concepts with creative flair.',
    },
    {
      role: 'user',
      content: 'Compose a poem that explains the concept of recursion in programming.',
    },
  ],
})

t.test('the guide, from the manifest to the cleanup', async t => {
  const home = `${t.testdir()}/home`
  const run = async (argv: readonly string[], stdin = '') => {
    const { NODE_OPTIONS: _, ...env } = process.env
    const child: ChildProcess = spawn(process.execPath, [bin, ...argv], {
      env: { ...env, GATEWAY_HOME: home, NO_COLOR: '1' },
    })
    const out = { stdout: '', stderr: '' }
    child.stdout!.on('data', chunk => {
      out.stdout += chunk
    })
    child.stderr!.on('data', chunk => {
      out.stderr += chunk
    })
    child.stdin!.end(stdin)
    const [exit] = await once(child, 'close')
    return { exit, ...out }
  }
  t.teardown(() => run(['stop', '--now']))
  const started = await run(['start', '--demo', '--listen', '127.0.0.1:0'])
  t.equal(started.exit, 0, started.stderr)
  const url = started.stdout.trim()
  const ask = async (path: string, model: string) => {
    const answer = await fetch(url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(request(model)),
    })
    return {
      status: answer.status,
      body: (await answer.json()) as { model: string; usage: object },
    }
  }
  await run(['alias', 'add', 'mine', 'gpt-4o'])
  const before = readFileSync(`${home}/gateway.yaml`, 'utf8')

  const applied = await run(['apply', '-f-'], manifest)
  t.equal(applied.exit, 0, applied.stderr)
  t.equal(applied.stdout, 'agentgatewaybackend.agentgateway.dev/openai created\n')
  t.match(applied.stderr, /live as generation \d/)
  for (const path of ['/v1/chat/completions', '/openai'])
    for (const [alias, model] of [
      ['fast', 'gpt-3.5-turbo-0125'],
      ['smart', 'gpt-4-turbo-2024-04-09'],
    ] as const)
      t.match(await ask(path, alias), {
        status: 200,
        body: { model, usage: { prompt_tokens: Number } },
      })
  t.match((await run(['alias', 'list'])).stdout, /^fast +openai\/gpt-3\.5-turbo/m)
  t.match((await run(['apply', '-f-'], manifest)).stdout, '/openai unchanged')
  t.equal((await run(['get', 'AgentgatewayBackend', 'openai', '-o', 'yaml'])).stdout, manifest)

  const deleted = await run([
    'delete',
    'AgentgatewayBackend',
    'openai',
    '-n',
    'agentgateway-system',
  ])
  t.equal(deleted.stdout, 'agentgatewaybackend.agentgateway.dev "openai" deleted\n')
  t.equal(readFileSync(`${home}/gateway.yaml`, 'utf8'), before)
  t.equal((await ask('/v1/chat/completions', 'smart')).status, 404)
})
