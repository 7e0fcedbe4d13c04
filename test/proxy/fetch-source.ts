import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import t, { type Test } from 'tap'
import { fetchLimits, fetchSource, isPublic } from '../../src/proxy/fetch-source.ts'

async function serve(test: Test, answer: RequestListener): Promise<string> {
  const server = createServer(answer).listen(0, '127.0.0.1')
  await once(server, 'listening')
  test.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const anywhere = { ...fetchLimits, allows: () => true }

t.test('what lies in a private network is not looked at', async t => {
  let asked = 0
  const url = await serve(t, (_req, res) => {
    asked++
    res.end()
  })
  const { port } = new URL(url)
  for (const host of ['127.0.0.1', 'localhost', '[::1]', '0x7f.1', '2130706433']) {
    await t.rejects(fetchSource(`http://${host}:${port}/secret?token=abc`), {
      code: 'source_unreachable',
      message: /private network/,
    })
  }
  await t.rejects(fetchSource('file:///etc/passwd'), { code: 'source_unreachable' })
  await t.rejects(fetchSource('nonsense'), { code: 'source_unreachable' })
  t.equal(asked, 0)
})

t.test('which addresses are public', async t => {
  for (const address of ['8.8.8.8', '1.1.1.1', '2606:4700::1111']) t.ok(isPublic(address), address)
  const others = [
    '10.1.2.3',
    '172.31.0.1',
    '169.254.169.254',
    '100.100.0.1',
    '0.0.0.0',
    '255.1.1.1',
  ]
  const sixes = ['::1', '::', 'fe80::1', 'fd00::1', '::ffff:10.0.0.1', '2002:a00:1::', '64:ff9b::1']
  for (const address of [...others, ...sixes, 'name']) t.notOk(isPublic(address), address)
})

t.test('bytes come with their type, over redirects', async t => {
  const url = await serve(t, (req, res) => {
    if (req.url === '/a') res.writeHead(302, { location: '/b' }).end()
    else res.writeHead(200, { 'content-type': 'image/png; x=y' }).end('png')
  })
  t.strictSame(await fetchSource(`${url}/a`, anywhere), { base64: 'cG5n', mime: 'image/png' })
})

t.test('a redirect is looked at as the first URL was', async t => {
  const url = await serve(t, (_req, res) =>
    res.writeHead(302, { location: 'http://10.0.0.1/' }).end(),
  )
  const allows = (address: string) => address === '127.0.0.1'
  await t.rejects(fetchSource(url, { ...fetchLimits, allows }), { message: /private network/ })
})

t.test('limits', async t => {
  const url = await serve(t, (req, res) => {
    const type = { 'content-type': 'image/png' }
    if (req.url === '/big') res.writeHead(200, type).end(Buffer.alloc(100))
    else if (req.url === '/round') res.writeHead(302, { location: '/round' }).end()
    else if (req.url === '/gone') res.writeHead(404).end()
    else if (req.url === '/page') res.writeHead(200, { 'content-type': 'application/zip' }).end()
    else if (req.url === '/cut') {
      res.writeHead(200, { ...type, 'content-length': 9 }).write('half')
      setImmediate(() => res.destroy())
    }
  })
  const limits = { ...anywhere, size: 99 }
  await t.rejects(fetchSource(`${url}/big`, limits), { message: /larger than 99 bytes/ })
  await t.rejects(fetchSource(`${url}/round`, limits), { message: /redirects more than 3 times/ })
  await t.rejects(fetchSource(`${url}/gone`, limits), { message: /answered 404/ })
  await t.rejects(fetchSource(`${url}/page`, limits), { message: /is application\/zip/ })
  await t.rejects(fetchSource(`${url}/cut`, limits), { code: 'source_unreachable' })
  await t.rejects(fetchSource(`${url}/never`, { ...limits, time: 50 }), { message: /longer than/ })
})
