/* IMPORTANT
 * This snapshot file is auto-generated, but designed for humans.
 * It should be checked into source control and tracked carefully.
 * Re-generate by setting TAP_SNAPSHOT=1 and running tests.
 * Make sure to inspect the output below.  Do not ignore changes!
 */
'use strict'
exports[`test/config/edit-files.ts > TAP > anchored-map.yaml > anchored-map.yaml 1`] = `
add: -"" +"  'new: x': openai/new\\n"
add a list: -"" +"  list:\\n    targets: [openai/a, b]\\n    set: { a: 1 }\\n"
add to a provider: -"" +"providers:\\n  p:\\n    aliases:\\n      x: m\\n"
set a: -"a" +"other"
remove a: -"  a: openai/a\\n" +""
rename a: -"a" +"constructor"

`

exports[`test/config/edit-files.ts > TAP > anchors.yaml > anchors.yaml 1`] = `
add: -"" +"  'new: x': openai/new\\n"
add a list: -"" +"  list:\\n    targets: [openai/a, b]\\n    set: { a: 1 }\\n"
add to a provider: -"" +"providers:\\n  p:\\n    aliases:\\n      x: m\\n"
set a: -"*base" +"openai/other"
remove a: -"a: *base\\n  " +""
rename a: -"a" +"constructor"
set b: refused, cannot edit the config safely: line 5, column 6: found *two, but no anchor &two above it; nothing was written
remove b: refused, cannot edit the config safely: line 4, column 6: found *two, but no anchor &two above it; nothing was written
rename b: -"b" +"constructor"
set c: -"*two" +"openai/other"
remove c: -"  c: *two\\n" +""
rename c: -"" +"onstructor"

`

exports[`test/config/edit-files.ts > TAP > block-keep.yaml > block-keep.yaml 1`] = `
add: -"" +"  'new: x': openai/new\\n"
add a list: -"" +"  list:\\n    targets: [openai/a, b]\\n    set: { a: 1 }\\n"
add to a provider: -"" +"providers:\\n  p:\\n    aliases:\\n      x: m\\n"
set a: -"\\n    target: openai/a\\n    description: |+\\n      keep\\n\\n" +" openai/other"
remove a: -"  a:\\n    target: openai/a\\n    description: |+\\n      keep\\n\\n\\n" +""
rename a: -"a" +"constructor"

`

exports[`test/config/edit-files.ts > TAP > blocks.yaml > blocks.yaml 1`] = `
add: -"" +"  'new: x': openai/new\\n"
add a list: -"" +"  list:\\n    targets: [openai/a, b]\\n    set: { a: 1 }\\n"
add to a provider: -"" +"providers:\\n  p:\\n    aliases:\\n      x: m\\n"
set a: -"a" +"other"
remove a: -"a: openai/a\\n  " +""
rename a: -"a" +"constructor"
set d: -"\\n    target: openai/d\\n    description: |\\n      first: line\\n\\n      # no comment\\n      last" +" openai/other"
remove d: -"  d:\\n    target: openai/d\\n    description: |\\n      first: line\\n\\n      # no comment\\n      last\\n" +""
rename d: -"d" +"constructor"
set e: -"\\n    target: openai/e\\n    system: >-\\n      folded\\n      text" +" openai/other"
remove e: -"  e:\\n    target: openai/e\\n    system: >-\\n      folded\\n      text\\n" +""
rename e: -"e" +"constructor"

`

exports[`test/config/edit-files.ts > TAP > bom-crlf.yaml > bom-crlf.yaml 1`] = `
add: -"" +"  'new: x': openai/new\\r\\n"
add a list: -"" +"  list:\\r\\n    targets: [openai/a, b]\\r\\n    set: { a: 1 }\\r\\n"
add to a provider: -"" +"providers:\\r\\n  p:\\r\\n    aliases:\\r\\n      x: m\\r\\n"
set a: -"a" +"other"
remove a: -"  a: openai/a # x\\r\\n" +""
rename a: -"a" +"constructor"
set b: -"b" +"other"
remove b: -"  b: openai/b\\r\\n" +""
rename b: -"b" +"constructor"

`

exports[`test/config/edit-files.ts > TAP > comment-no-end.yaml > comment-no-end.yaml 1`] = `
add: -"" +"\\naliases:\\n  'new: x': openai/new"
add a list: -"" +"\\naliases:\\n  list:\\n    targets: [openai/a, b]\\n    set: { a: 1 }"
add to a provider: -"" +"\\nproviders:\\n  p:\\n    aliases:\\n      x: m"

`

exports[`test/config/edit-files.ts > TAP > comments.yaml > comments.yaml 1`] = `
add: -"" +"    'new: x': openai/new\\n"
add a list: -"" +"    list:\\n        targets: [openai/a, b]\\n        set: { a: 1 }\\n"
add to a provider: -"" +"    p:\\n        aliases:\\n            x: m\\n"
set a: -"a" +"other"
remove a: -"a: openai/a\\n    " +""
rename a: -"a" +"constructor"
set b: -"b" +"other"
remove b: -"    b: openai/b\\n" +""
rename b: -"b" +"constructor"

`

exports[`test/config/edit-files.ts > TAP > directive.yaml > directive.yaml 1`] = `
add: -"" +"  'new: x': openai/new\\n"
add a list: -"" +"  list:\\n    targets: [openai/a, b]\\n    set: { a: 1 }\\n"
add to a provider: -"" +"providers:\\n  p:\\n    aliases:\\n      x: m\\n"
set a: -"a" +"other"
remove a: -"  a: openai/a\\n" +""
rename a: -"a" +"constructor"

`

exports[`test/config/edit-files.ts > TAP > empty-flow.yaml > empty-flow.yaml 1`] = `
add: -" {}" +"\\n  'new: x': openai/new"
add a list: -" {" +"\\n  list:\\n    targets: [openai/a, b]\\n    set: { a: 1 "
add to a provider: -"" +"providers:\\n  p:\\n    aliases:\\n      x: m\\n"

`

exports[`test/config/edit-files.ts > TAP > flow-lines.yaml > flow-lines.yaml 1`] = `
add: -"" +", 'new: x': openai/new"
add a list: -"" +", list: { targets: [openai/a, b], set: { a: 1 } }"
add to a provider: -"" +"providers:\\n  p:\\n    aliases:\\n      x: m\\n"
set a: -"a" +"other"
remove a: -"a: openai/a, " +""
rename a: -"a" +"constructor"
set b: -"b" +"other"
remove b: -"\\"b\\": openai/b, " +""
rename b: -"\\"b\\"" +"constructor"
set c: -"c" +"other"
remove c: -", # first\\n  c: openai/c" +" # first\\n  "
rename c: -"" +"onstructor"

`

exports[`test/config/edit-files.ts > TAP > flow-no-end.yaml > flow-no-end.yaml 1`] = `
add: -"" +", 'new: x': openai/new"
add a list: -"" +", list: { targets: [openai/a, b], set: { a: 1 } }"
add to a provider: -"" +"\\nproviders:\\n  p:\\n    aliases:\\n      x: m"
set a: -"a" +"other"
remove a: -"a: openai/a" +""
rename a: -"a" +"constructor"

`

exports[`test/config/edit-files.ts > TAP > json-lines.yaml > json-lines.yaml 1`] = `
add: -"" +",\\n    \\"new: x\\": \\"openai/new\\""
add a list: -"" +",\\n    \\"list\\": {\\"targets\\":[\\"openai/a\\",\\"b\\"],\\"set\\":{\\"a\\":1}}"
add to a provider: -"" +",\\n  \\"providers\\": {\\"p\\":{\\"aliases\\":{\\"x\\":\\"m\\"}}}"
set a: -"a" +"other"
remove a: -"a\\": \\"openai/a\\",\\n    \\"" +""
rename a: -"a" +"constructor"
set b: -"b" +"other"
remove b: -",\\n    \\"b\\": \\"openai/b\\"" +""
rename b: -"b" +"constructor"

`

exports[`test/config/edit-files.ts > TAP > json.yaml > json.yaml 1`] = `
add: -"" +", \\"new: x\\": \\"openai/new\\""
add a list: -"" +", \\"list\\": {\\"targets\\":[\\"openai/a\\",\\"b\\"],\\"set\\":{\\"a\\":1}}"
add to a provider: -"" +", \\"providers\\": {\\"p\\":{\\"aliases\\":{\\"x\\":\\"m\\"}}}"
set a: -"a" +"other"
remove a: -"a\\": \\"openai/a\\", \\"" +""
rename a: -"a" +"constructor"
set b: -"{\\"target\\": \\"openai/b\\"}" +"\\"openai/other\\""
remove b: -", \\"b\\": {\\"target\\": \\"openai/b\\"}" +""
rename b: -"b" +"constructor"

`

exports[`test/config/edit-files.ts > TAP > list.yaml > list.yaml 1`] = `
add: refused, cannot edit the config safely: the value of aliases is not a mapping; nothing was written
add a list: refused, cannot edit the config safely: the value of aliases is not a mapping; nothing was written
add to a provider: -"" +"providers:\\n  p:\\n    aliases:\\n      x: m\\n"
set 0: refused, cannot edit the config safely: the value of aliases is not a mapping; nothing was written
remove 0: refused, cannot edit the config safely: there is no aliases.0 of its own; nothing was written
rename 0: refused, cannot edit the config safely: there is no aliases.0 of its own; nothing was written

`

exports[`test/config/edit-files.ts > TAP > long-lines.yaml > long-lines.yaml 1`] = `
add: -"" +"  'new: x': openai/new\\n"
add a list: -"" +"  list:\\n    targets: [openai/a, b]\\n    set: { a: 1 }\\n"
add to a provider: -"" +"providers:\\n  p:\\n    aliases:\\n      x: m\\n"
set a: -100000 characters +"other"
remove a: -100013 characters +""
rename a: -"a" +"constructor"
set b: -"b" +"other"
remove b: -100017 characters +""
rename b: -"b" +"constructor"

`

exports[`test/config/edit-files.ts > TAP > marker-no-end.yaml > marker-no-end.yaml 1`] = `
add: -"" +"\\n  'new: x': openai/new"
add a list: -"" +"\\n  list:\\n    targets: [openai/a, b]\\n    set: { a: 1 }"
add to a provider: -"" +"\\nproviders:\\n  p:\\n    aliases:\\n      x: m"
set a: -"a" +"other"
remove a: -"\\n  a: openai/a" +""
rename a: -"a" +"constructor"

`

exports[`test/config/edit-files.ts > TAP > markers.yaml > markers.yaml 1`] = `
add: -"" +"  'new: x': openai/new\\n"
add a list: -"" +"  list:\\n    targets: [openai/a, b]\\n    set: { a: 1 }\\n"
add to a provider: -"" +"providers:\\n  p:\\n    aliases:\\n      x: m\\n"
set a: -"a" +"other"
remove a: -"  a: openai/a\\n" +""
rename a: -"a" +"constructor"

`

exports[`test/config/edit-files.ts > TAP > merge.yaml > merge.yaml 1`] = `
add: -"" +"  'new: x': openai/new\\n"
add a list: -"" +"  list:\\n    targets: [openai/a, b]\\n    set: { a: 1 }\\n"
add to a provider: -"" +"providers:\\n  p:\\n    aliases:\\n      x: m\\n"
set m: -"" +"  m: openai/other\\n"
remove m: refused, cannot edit the config safely: there is no aliases.m of its own; nothing was written
rename m: refused, cannot edit the config safely: there is no aliases.m of its own; nothing was written
set a: -"a" +"other"
remove a: -"  a: openai/a\\n" +""
rename a: -"a" +"constructor"

`

exports[`test/config/edit-files.ts > TAP > nested.yaml > nested.yaml 1`] = `
add: -"" +"  'new: x': openai/new\\n"
add a list: -"" +"  list:\\n    targets: [openai/a, b]\\n    set: { a: 1 }\\n"
add to a provider: -"" +"providers:\\n  p:\\n    aliases:\\n      x: m\\n"
set a: -"\\n    targets:\\n    - openai/a\\n    - model: openai/b\\n      weight: 2\\n    set: {x: [1,\\n      2]}" +" openai/other"
remove a: -"a:\\n    targets:\\n    - openai/a\\n    - model: openai/b\\n      weight: 2\\n    set: {x: [1,\\n      2]}\\n  " +""
rename a: -"a" +"constructor"
set z: -"z" +"other"
remove z: -"  z: openai/z\\n" +""
rename z: -"z" +"constructor"

`

exports[`test/config/edit-files.ts > TAP > null.yaml > null.yaml 1`] = `
add: -"" +"  'new: x': openai/new\\n"
add a list: -"" +"  list:\\n    targets: [openai/a, b]\\n    set: { a: 1 }\\n"
add to a provider: -"" +"providers:\\n  p:\\n    aliases:\\n      x: m\\n"

`

exports[`test/config/edit-files.ts > TAP > prototype.yaml > prototype.yaml 1`] = `
add: -"" +"  'new: x': openai/new\\n"
add a list: -"" +"  list:\\n    targets: [openai/a, b]\\n    set: { a: 1 }\\n"
add to a provider: -"" +"providers:\\n  p:\\n    aliases:\\n      x: m\\n"
set __proto__: -"p" +"other"
remove __proto__: -"__proto__: openai/p\\n  " +""
rename __proto__: refused, cannot edit the config safely: there is a "constructor" already; nothing was written
set constructor: -"c" +"other"
remove constructor: -"constructor: openai/c\\n  " +""
rename constructor: -"" +""
set toString: -"t" +"other"
remove toString: -"toString: openai/t\\n  " +""
rename toString: refused, cannot edit the config safely: there is a "constructor" already; nothing was written
set hasOwnProperty: -"h" +"other"
remove hasOwnProperty: -"  hasOwnProperty: openai/h\\n" +""
rename hasOwnProperty: refused, cannot edit the config safely: there is a "constructor" already; nothing was written

`

exports[`test/config/edit-files.ts > TAP > quoted-keys.yaml > quoted-keys.yaml 1`] = `
add: -"" +"  'new: x': openai/new\\n"
add a list: -"" +"  list:\\n    targets: [openai/a, b]\\n    set: { a: 1 }\\n"
add to a provider: -"" +"providers:\\n  p:\\n    aliases:\\n      x: m\\n"
set a: -"a" +"other"
remove a: -"\\"a\\": openai/a # one\\n  " +""
rename a: -"\\"a\\"" +"constructor"
set b: c: -"b" +"other"
remove b: c: -"'b: c': openai/b\\n  " +""
rename b: c: -"'b: c'" +"constructor"
set say "hi": -"q" +"other"
remove say "hi": -"\\"say \\\\\\"hi\\\\\\"\\": openai/q\\n  " +""
rename say "hi": -"\\"say \\\\\\"hi\\\\\\"\\"" +"constructor"
set long key: -"l" +"other"
remove long key: -"? long key\\n  : openai/l\\n  " +""
rename long key: -"long key" +"constructor"
set é: -"e" +"other"
remove é: -"  \\"\\\\u00e9\\": openai/e\\n" +""
rename é: -"\\"\\\\u00e9\\"" +"constructor"

`

exports[`test/config/edit-files.ts > TAP > scalar-keys.yaml > scalar-keys.yaml 1`] = `
add: -"" +"  'new: x': openai/new\\n"
add a list: -"" +"  list:\\n    targets: [openai/a, b]\\n    set: { a: 1 }\\n"
add to a provider: -"" +"providers:\\n  p:\\n    aliases:\\n      x: m\\n"
set 4o: -"gpt-4o" +"other"
remove 4o: -"4o: openai/gpt-4o\\n  " +""
rename 4o: -"4o" +"constructor"
set 1.0: -"gpt-1" +"other"
remove 1.0: -"1.0: openai/gpt-1\\n  " +""
rename 1.0: -"1.0" +"constructor"
set true: -"yes" +"other"
remove true: -"true: openai/yes\\n  " +""
rename true: -"true" +"constructor"
set ~: -"null" +"other"
remove ~: -"~: openai/null\\n  " +""
rename ~: -"~" +"constructor"
set 0x10: -"hex" +"other"
remove 0x10: -"0x10: openai/hex\\n  " +""
rename 0x10: -"0x10" +"constructor"
set 1e3: -"exp" +"other"
remove 1e3: -"1e3: openai/exp\\n  " +""
rename 1e3: -"1e3" +"constructor"
set 2024-01-01: -"date" +"other"
remove 2024-01-01: -"2024-01-01: openai/date\\n  " +""
rename 2024-01-01: -"2024-01-01" +"constructor"
set no: -"no" +"other"
remove no: -"no: openai/no\\n  " +""
rename no: -"no" +"constructor"
set target: -"t" +"other"
remove target: -"  target: openai/t\\n" +""
rename target: -"target" +"constructor"

`

exports[`test/config/edit-files.ts > TAP > shared-map.yaml > shared-map.yaml 1`] = `
add: -"" +"  'new: x': openai/new\\n"
add a list: -"" +"  list:\\n    targets: [openai/a, b]\\n    set: { a: 1 }\\n"
add to a provider: -"" +"  p:\\n    aliases:\\n      x: m\\n"
set a: -"a" +"other"
remove a: -"  a: openai/a\\n" +""
rename a: -"a" +"constructor"

`

exports[`test/config/edit-files.ts > TAP > tabs.yaml > tabs.yaml 1`] = `
add: refused, cannot edit the config safely: line 2, column 1: found a tab as indentation; nothing was written
add a list: refused, cannot edit the config safely: line 2, column 1: found a tab as indentation; nothing was written
add to a provider: refused, cannot edit the config safely: line 2, column 1: found a tab as indentation; nothing was written

`

exports[`test/config/edit-files.ts > TAP > tags.yaml > tags.yaml 1`] = `
add: -"" +"  'new: x': openai/new\\n"
add a list: -"" +"  list:\\n    targets: [openai/a, b]\\n    set: { a: 1 }\\n"
add to a provider: -"" +"providers:\\n  p:\\n    aliases:\\n      x: m\\n"
set a: -"!!str openai/a" +"openai/other"
remove a: -"a: !!str openai/a\\n  " +""
rename a: -"a" +"constructor"
set b: -"! openai/b" +"openai/other"
remove b: -"  b: ! openai/b\\n" +""
rename b: -"b" +"constructor"

`

exports[`test/config/edit-files.ts > TAP > tilde.yaml > tilde.yaml 1`] = `
add: -"~ # none yet" +"# none yet\\n  'new: x': openai/new"
add a list: -"~ # none yet" +"# none yet\\n  list:\\n    targets: [openai/a, b]\\n    set: { a: 1 }"
add to a provider: -"" +"providers:\\n  p:\\n    aliases:\\n      x: m\\n"

`

exports[`test/config/edit-files.ts > TAP > trailing-lines.yaml > trailing-lines.yaml 1`] = `
add: -"" +"aliases:\\n  'new: x': openai/new\\n"
add a list: -"" +"aliases:\\n  list:\\n    targets: [openai/a, b]\\n    set: { a: 1 }\\n"
add to a provider: -"" +"providers:\\n  p:\\n    aliases:\\n      x: m\\n"

`

exports[`test/config/edit-files.ts > TAP > trailing-space.yaml > trailing-space.yaml 1`] = `
add: -"" +"  'new: x': openai/new\\n"
add a list: -"" +"  list:\\n    targets: [openai/a, b]\\n    set: { a: 1 }\\n"
add to a provider: -"" +"providers:\\n  p:\\n    aliases:\\n      x: m\\n"
set a: -"a" +"other"
remove a: -"  a: openai/a   \\n" +""
rename a: -"a" +"constructor"

`

exports[`test/config/edit-files.ts > TAP > twice.yaml > twice.yaml 1`] = `
add: refused, cannot edit the config safely: line 3, column 3: found the key "a" a second time; nothing was written
add a list: refused, cannot edit the config safely: line 3, column 3: found the key "a" a second time; nothing was written
add to a provider: refused, cannot edit the config safely: line 3, column 3: found the key "a" a second time; nothing was written

`

exports[`test/config/edit-files.ts > TAP > two-documents.yaml > two-documents.yaml 1`] = `
add: refused, cannot edit the config safely: line 3, column 1: found a second document; a config is one; nothing was written
add a list: refused, cannot edit the config safely: line 3, column 1: found a second document; a config is one; nothing was written
add to a provider: refused, cannot edit the config safely: line 3, column 1: found a second document; a config is one; nothing was written

`

exports[`test/config/edit-files.ts > TAP > value-below.yaml > value-below.yaml 1`] = `
add: -"" +"  'new: x': openai/new\\n"
add a list: -"" +"  list:\\n    targets: [openai/a, b]\\n    set: { a: 1 }\\n"
add to a provider: -"" +"providers:\\n  p:\\n    aliases:\\n      x: m\\n"
set a: -"\\n    openai/a" +" openai/other"
remove a: -"a:\\n    openai/a\\n  " +""
rename a: -"a" +"constructor"
set b: -"\\n    # why\\n    openai/b" +" openai/other"
remove b: -"b:\\n    # why\\n    openai/b\\n  " +""
rename b: -"b" +"constructor"
set c: -"\\"openai/\\\\\\n    c\\"" +"openai/other"
remove c: -"  c: \\"openai/\\\\\\n    c\\"\\n" +""
rename c: -"" +"onstructor"

`
