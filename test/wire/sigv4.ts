import t from 'tap'
import { type AwsKeys, awsSignature } from '../../src/wire/sigv4.ts'

const keys: AwsKeys = {
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
}
const scope = { region: 'us-east-1', service: 'service', at: Date.UTC(2015, 7, 30, 12, 36) }

const signed = (
  method: string,
  path: string,
  more: { headers?: string[]; body?: string } = {},
  with_ = keys,
) =>
  awsSignature(
    {
      method,
      host: 'example.amazonaws.com',
      path,
      headers: more.headers ?? [],
      body: more.body ?? '',
    },
    with_,
    scope,
  )

const signature = (fields: string[]) => /Signature=(\w+)/.exec(fields.at(-1)!)?.[1]

// Of AWS's aws-sig-v4-test-suite, by the names that the cases have there.
const cases: Readonly<Record<string, readonly [signature: string, ...Parameters<typeof signed>]>> =
  {
    'get-vanilla': ['5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31', 'GET', '/'],
    'get-vanilla-query-order-key-case': [
      'b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500',
      'GET',
      '/?Param2=value2&Param1=value1',
    ],
    'get-utf8': ['8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85', 'GET', '/ሴ'],
    'post-vanilla': [
      '5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b',
      'POST',
      '/',
    ],
    'post-x-www-form-urlencoded': [
      'ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a',
      'POST',
      '/',
      { headers: ['Content-Type', 'application/x-www-form-urlencoded'], body: 'Param1=value1' },
    ],
  }

for (const [name, [expected, ...request]] of Object.entries(cases)) {
  t.test(`AWS's case ${name}`, async t => {
    t.equal(signature(signed(...request)), expected)
  })
}

t.test('keys that end bring their token, which is signed as well', async t => {
  const fields = signed('POST', '/', {}, { ...keys, sessionToken: 'TOKEN' })
  t.strictSame(fields.slice(0, 4), [
    'x-amz-date',
    '20150830T123600Z',
    'x-amz-security-token',
    'TOKEN',
  ])
  t.match(fields[5], 'SignedHeaders=host;x-amz-date;x-amz-security-token,')
})

t.test('what may change on the way is not signed, and the rest is', async t => {
  const plain = signature(signed('POST', '/'))
  t.equal(signature(signed('POST', '/', { headers: ['user-agent', 'x', 'accept', 'y'] })), plain)
  for (const more of [
    { headers: ['x-amz-meta', 'x'] },
    { headers: ['content-type', 'x'] },
    { body: 'x' },
  ]) {
    t.not(signature(signed('POST', '/', more)), plain)
  }
})
