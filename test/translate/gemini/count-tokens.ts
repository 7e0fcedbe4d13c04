import t from 'tap'
import {
  decodeCount,
  decodeCountRequest,
  encodeCount,
  encodeCountRequest,
} from '../../../src/translate/gemini/count-tokens.ts'
import { decodeRequest } from '../../../src/translate/gemini/decode-request.ts'
import { atOnce } from '../../../src/wire/steps.ts'

const body = {
  systemInstruction: { parts: [{ text: 'rules' }] },
  contents: [{ role: 'user', parts: [{ text: 'hi' }] }],
}

t.test('contents are counted as what they are asked with', async t => {
  const request = atOnce(decodeRequest(body, 'm', ':generateContent'))
  t.strictSame(atOnce(decodeCountRequest(body, 'm')), request)
  const whole = { generateContentRequest: { model: 'models/m', ...body } }
  t.strictSame(atOnce(decodeCountRequest(whole, 'm')), request)
  t.throws(() => atOnce(decodeCountRequest({}, 'm')), { code: 'bad_request' })
})

t.test('each of the hosts of Google is asked in its way', async t => {
  t.strictSame(encodeCountRequest(body, 'm', 'gemini'), {
    generateContentRequest: { model: 'models/m', ...body },
  })
  t.strictSame(encodeCountRequest({ ...body, toolConfig: {} }, 'm', 'vertex'), body)
  t.equal(decodeCount(encodeCount(7)), 7)
  t.equal(decodeCount({}), undefined)
})
