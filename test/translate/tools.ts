import fc from 'fast-check'
import t from 'tap'
import { argsAsInput, asFunction, inputAsArgs } from '../../src/translate/custom-tools.ts'
import { toolId } from '../../src/translate/tool-ids.ts'
import { ToolNames } from '../../src/translate/tool-names.ts'
import { atOnce } from '../../src/wire/steps.ts'

t.test('Q3 Mistral takes ids of nine letters and digits: anomalyco/opencode#1680', async t => {
  // langchain-ai/langchain#24668, HKUDS/nanobot#1293
  t.equal(toolId('call12345', 'nine'), 'call12345')
  t.match(toolId('call_abcdefghijkl', 'nine'), /^[a-zA-Z0-9]{9}$/)
})

t.test('R6 no id is longer than vendors take: AnswerDotAI/fastllm#45', async t => {
  // orchidfiles/ungate#26
  const long = `call_1__thought__${'s'.repeat(200_000)}`
  t.match(toolId(long, 'any'), /^call_[a-zA-Z0-9]{24}$/)
  t.equal(toolId('functions.get:0', 'any'), 'functions.get:0')
  t.match(toolId('functions.get:0', 'word'), /^call_[a-zA-Z0-9]{24}$/)
})

t.test('any id gets a legal one, the same each time, and others another', async t => {
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(
        fc.string({ maxLength: 100 }),
        fc.string({ maxLength: 100 }),
        fc.constantFrom('any', 'word', 'nine'),
        (a, b, form) => {
          const legal = { any: /^.{1,40}$/su, word: /^[\w-]{1,64}$/, nine: /^[a-zA-Z0-9]{9}$/ }
          const id = toolId(a, form)
          return (
            legal[form].test(id) &&
            id === toolId(a, form) &&
            id === toolId(id, form) &&
            (a === b || id !== toolId(b, form))
          )
        },
      ),
    ),
  )
})

t.test('O2 names of tools have at most 64 letters: agentgateway/agentgateway#2379', async t => {
  const names = new ToolNames()
  const long = `mcp__server__${'x'.repeat(80)}`
  t.equal(names.sent('read_file'), 'read_file')
  t.match(names.sent(long), /^mcp__server__x{42}_[0-9a-f]{8}$/)
  t.equal(names.changed.get(names.sent(long)), long)
  t.not(names.sent(`${long}y`), names.sent(long))
  t.match(names.sent('lies.das bitte'), /^lies_das_bitte_[0-9a-f]{8}$/)
  t.equal(names.changed.size, 3)
})

t.test('a custom tool is a function with one text, and back', async t => {
  const tool = asFunction({
    kind: 'custom',
    name: 'apply_patch',
    description: 'Edits files.',
    format: { type: 'grammar', syntax: 'lark', definition: 'start: "x"' },
  })
  t.match(tool, { kind: 'function', schema: { required: ['input'] } })
  t.equal(tool.description, 'Edits files.\n\nThe input must match this lark grammar:\nstart: "x"')
  t.equal(argsAsInput(atOnce(inputAsArgs('*** Begin'))), '*** Begin')
  t.equal(argsAsInput('{"patch":"p"}'), 'p')
  t.equal(argsAsInput('"p"'), 'p')
  t.equal(argsAsInput('*** Begin'), '*** Begin')
  t.equal(argsAsInput('{"a":"1","b":"2"}'), '{"a":"1","b":"2"}')
})
