import type { HostedTool, Tool } from '../message.ts'
import { asArray, asObject, asText, type Json } from '../values.ts'

/** Tools as Responses declares them; those of a namespace get its name before their own. */
export function toolsOf(values: readonly unknown[]): (Tool | HostedTool)[] {
  return values.flatMap(value => toolsIn(asObject(value) ?? {}, ''))
}

function toolsIn(tool: Json, prefix: string): (Tool | HostedTool)[] {
  const type = asText(tool['type']) ?? 'function'
  const name = prefix + (asText(tool['name']) ?? type)
  const description = asText(tool['description'])
  const described = description === undefined ? {} : { description }
  switch (type) {
    case 'namespace': {
      const own = asText(tool['name']) ?? ''
      // What lies in `functions` is called by its bare name.
      const inner = own === '' || own === 'functions' ? prefix : `${prefix}${own}__`
      return asArray(tool['tools']).flatMap(one => toolsIn(asObject(one) ?? {}, inner))
    }
    case 'function': {
      const schema = asObject(tool['parameters'])
      const { strict } = tool
      return [
        {
          kind: 'function',
          name,
          ...described,
          ...(schema ? { schema } : {}),
          ...(typeof strict === 'boolean' ? { strict } : {}),
        },
      ]
    }
    case 'custom': {
      const format = asObject(tool['format'])
      return [{ kind: 'custom', name, ...described, ...(format ? { format } : {}) }]
    }
    default:
      return [{ kind: 'hosted', vendor: 'openai', name: type, raw: tool }]
  }
}

/** By the name a tool has in the message model: its namespace and its name in it. */
export function namespacesOf(raw: Json): ReadonlyMap<string, { namespace: string; name: string }> {
  const found = new Map<string, { namespace: string; name: string }>()
  const lists = [
    raw['tools'],
    ...asArray(raw['input'])
      .map(item => asObject(item))
      .flatMap(item => (item?.['type'] === 'additional_tools' ? [item['tools']] : [])),
  ]
  const walk = (tool: Json, path: readonly string[]): void => {
    const name = asText(tool['name']) ?? ''
    if (tool['type'] !== 'namespace') {
      if (path.length > 0)
        found.set([...path, name].join('__'), { namespace: path.join('__'), name })
      return
    }
    const inner = name === '' || name === 'functions' ? path : [...path, name]
    for (const one of asArray(tool['tools'])) walk(asObject(one) ?? {}, inner)
  }
  for (const list of lists) for (const tool of asArray(list)) walk(asObject(tool) ?? {}, [])
  return found
}
