import { type Alias, type AliasTarget, noPrompt, type Params } from './alias.ts'

/** What an alias stands for, as a person would write it: `gpt-4`, `a, then b`, `a (9) or b (1)`, `gpt-5 with set x`. */
export function targetText(alias: Alias): string {
  const all = [alias.params, ...alias.targets.map(target => target.params)].flatMap(paramWords)
  const more = [
    ...new Set(all),
    ...(alias.respondAs ? [`respondAs ${alias.respondAs}`] : []),
    ...(['fallback', 'timeouts'] as const).filter(key => Object.keys(alias[key]).length > 0),
  ]
  const flags = [...(alias.hidden ? ['hidden'] : []), ...(alias.disabled ? ['disabled'] : [])]
  return [
    targetsText(alias.targets),
    ...(more.length > 0 ? [`with ${more.join(', ')}`] : []),
    ...(flags.length > 0 ? [`(${flags.join(', ')})`] : []),
  ].join(' ')
}

/** The models of targets, in their order or with their weights. */
export function targetsText(targets: readonly AliasTarget[]): string {
  const weighted = targets.some(target => target.weight !== undefined)
  return targets
    .map(({ model, weight }) => (weighted ? `${model} (${weight ?? 1})` : model))
    .join(weighted ? ' or ' : ', then ')
}

const paramWords = (params: Params): string[] => [
  ...Object.keys(params.set).map(key => `set ${key}`),
  ...Object.keys(params.default).map(key => `default ${key}`),
  ...params.remove.map(key => `remove ${key}`),
  ...(params.prompt === noPrompt ? [] : ['prompt']),
]
