import t from 'tap'
import { parameterOf, withoutParameters, withParameter } from '../../src/wire/query.ts'

t.test('parameters are left out, found and put in, and the rest stays as it is', async t => {
  t.equal(withoutParameters('?a=%20&key=k&b', ['key']), '?a=%20&b')
  t.equal(withoutParameters('?k%65y=1', ['key']), '')
  t.equal(withoutParameters('?%zz=1&key', ['key']), '?%zz=1')
  t.equal(withoutParameters('', ['key']), '')
  t.equal(parameterOf('?a=1&model=x%2Fy', 'model'), 'x/y')
  t.equal(parameterOf('', 'model'), undefined)
  t.equal(withParameter('?a=1&model=x&b=+', 'model', 'p/q r'), '?a=1&model=p%2Fq%20r&b=+')
  t.equal(withParameter('', 'model', 'x'), '?model=x')
})
