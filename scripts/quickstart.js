// From a fresh clone to an answer: installs, builds, starts the gateway, and asks it something through the alias "fast".
// Run again, it finds all that done and only asks.

import { spawnSync } from 'node:child_process'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { build, install, isBuilt, needNode, root } from './steps.js'

const prompt = 'Compose a poem that explains recursion.'

/** What "fast" is where it has no meaning yet: a small model of the first provider whose key is there. */
const fastModels = {
  openai: 'gpt-3.5-turbo',
  anthropic: 'anthropic/claude-haiku-4-5',
  gemini: 'gemini/gemini-2.5-flash',
  mistral: 'mistral/mistral-small-latest',
  groq: 'groq/llama-3.1-8b-instant',
  deepseek: 'deepseek/deepseek-chat',
  openrouter: 'openrouter/openai/gpt-4o-mini',
  xai: 'xai/grok-3-mini',
}

needNode()
if (!install() || (!isBuilt() && !build())) process.exit(1)

const present = json('provider', 'list').filter(({ state }) => state === 'present')
if (!isRunning()) {
  const { listen } = json('config', 'show')
  const port = await freePort(Number(listen.slice(listen.lastIndexOf(':') + 1)))
  gateway(
    'start',
    ...(present.length === 0 ? ['--demo'] : []),
    ...(listen.endsWith(`:${port}`) ? [] : ['--listen', `127.0.0.1:${port}`]),
  )
}
if (!json('alias', 'list').some(({ name, provider }) => name === 'fast' && provider === null)) {
  const known = present.find(({ name }) => fastModels[name])
  gateway('alias', 'add', 'fast', fastModels[known?.name ?? 'openai'])
}

const { urls } = json('status')
say(`$ gateway test fast "${prompt}"\n`)
gateway('test', 'fast', prompt)
const body = JSON.stringify({ model: 'fast', messages: [{ role: 'user', content: prompt }] })
say(`
The same with curl:
  curl ${urls[0]}/v1/chat/completions -H content-type:application/json -d '${body}'

${
  present.length === 0
    ? 'The built-in demo provider answered, as no key of a provider was found. With one, e.g. OPENAI_API_KEY=...:\n  node bin/gateway.js stop && node bin/gateway.js start\n\n'
    : ''
}Next:
  node bin/gateway.js alias add smart gpt-4-turbo    another name, live at once
  node bin/gateway.js status                         how it is
  node bin/gateway.js stop                           the end
  npm install -g .                                   then it is just: gateway`)

/** Runs the built program; ends this script where it fails, as it has said why. */
function gateway(...args) {
  const { status } = cli(args, 'inherit')
  if (status !== 0) process.exit(status ?? 1)
}

function json(...args) {
  const { status, stdout } = cli([...args, '--json'], ['ignore', 'pipe', 'inherit'])
  if (status !== 0) process.exit(status ?? 1)
  return JSON.parse(stdout)
}

function isRunning() {
  return cli(['status'], 'ignore').status === 0
}

function cli(args, stdio) {
  const program = join(root, 'bin', 'gateway.js')
  return spawnSync(process.execPath, [program, ...args], { stdio, encoding: 'utf8' })
}

/** The first port from `wanted` on that nobody listens on, on both loopback addresses. */
async function freePort(wanted) {
  for (let port = wanted; port < wanted + 100; port++) {
    if ((await isFree(port, '127.0.0.1')) && (await isFree(port, '::1'))) return port
  }
  return wanted
}

function isFree(port, host) {
  return new Promise(done => {
    const server = createServer()
    // A machine without IPv6 has no ::1 that could be taken.
    server.once('error', error => done(error.code !== 'EADDRINUSE' && error.code !== 'EACCES'))
    server.listen({ port, host, exclusive: true }, () => server.close(() => done(true)))
  })
}

function say(text) {
  console.log(text)
}
