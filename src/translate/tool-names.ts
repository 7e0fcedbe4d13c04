import { sha256 } from './hash.ts'
import type { Vendor } from './message.ts'

/** What every vendor takes as the name of a tool. */
const legal = /^[a-zA-Z0-9_-]{1,64}$/

/** What Google takes. */
const legalAtGoogle = /^[a-zA-Z_][a-zA-Z0-9_-]{0,63}$/

/** Names of tools as vendors take them, and the way back. Names of MCP servers get longer than most allow. */
export class ToolNames {
  readonly #legal: RegExp
  /** As they were sent -> as the client knows them, where those differ. */
  readonly changed = new Map<string, string>()

  constructor(vendor?: Vendor) {
    this.#legal = vendor === 'google' ? legalAtGoogle : legal
  }

  /** Always the same for the same name. */
  sent(name: string): string {
    if (this.#legal.test(name)) return name
    const start = name
      .replace(/[^a-zA-Z0-9_-]/gu, '_')
      .replace(/^(?=[0-9-])/, '_')
      .slice(0, 55)
    const sent = `${start}_${sha256(name).slice(0, 8)}`
    this.changed.set(sent, name)
    return sent
  }
}
