// Which targets are left alone for a while. Only what a target did counts: its refusals, its silence, its faults; never
// an error of the client's making, and never that a client left.

/** So many failures in a row cool a target down. */
const patience = 3
/** How long the first time; twice as long each time after, up to the longest. Milliseconds. */
const first = 5_000
const longest = 300_000
/** A provider that asks for more patience than this is asked again all the same. */
const longestAsked = 3_600_000
/** So many targets are remembered. */
const most = 1000

/** A target as one config has it: the same name at another address, or with another key, is another target. */
export interface Patient {
  /** `provider/model` */
  readonly target: string
  /** What would have to change for its past to mean nothing. */
  readonly identity: string
}

/** A target that has failed lately. Times in milliseconds of the clock that `Health` was given. */
export interface TargetHealth {
  readonly target: string
  /** `failing`: it is tried as ever. `cooling`: not before `until`. `probing`: one request finds out how it is. */
  readonly state: 'failing' | 'cooling' | 'probing'
  /** In a row. */
  readonly failures: number
  /** A status or the code of an error: the last failure. */
  readonly reason: string
  /** When it is due to be tried again; 0 unless it cools down. */
  readonly until: number
}

/** What an attempt has changed, for others that send to the same targets. */
export interface HealthNews {
  readonly deed: 'tried' | 'answered' | 'succeeded' | 'failed' | 'left'
  readonly patient: Patient
  readonly reason?: string
  readonly retryAfter?: number | undefined
}

/** All that is known of a target that is not well. */
export type PastOf = Patient & Readonly<Past>

interface Past {
  readonly identity: string
  failures: number
  reason: string
  until: number
  probing: boolean
  /** How often it has cooled down since it last answered. */
  strikes: number
}

/** The health of all targets, kept over reloads. While all are well it holds nothing, and costs one comparison. */
export class Health {
  /** How often a target began to cool down, since the start. */
  cooldowns = 0
  /** Called with what changes here, and not for what was only heard. */
  onNews: ((news: HealthNews) => void) | undefined
  readonly #records = new Map<string, Past>()
  readonly #clock: () => number

  /** `clock` gives milliseconds. */
  constructor(clock: () => number = Date.now) {
    this.#clock = clock
  }

  /** Those to try, in their order: without the ones that cool down, or where all do the one that is due first. */
  available<Item>(items: readonly Item[], patient: (item: Item) => Patient): readonly Item[] {
    if (this.#records.size === 0 || items.length < 2) return items
    const now = this.#clock()
    const due = items.map(item => this.#due(patient(item), now))
    if (due.every(at => at === 0)) return items
    const ready = items.filter((_, i) => due[i] === 0)
    return ready.length > 0 ? ready : [items[due.indexOf(Math.min(...due))]!]
  }

  /** It is being tried: where it was cooling down, this is the probe. */
  tried(patient: Patient): void {
    const record = this.#find(patient)
    if (!record || record.until === 0) return
    record.probing = true
    this.#tell('tried', patient)
  }

  /** It has begun to answer, and is tried as ever; its past is forgotten once it has answered well. */
  answered(patient: Patient): void {
    const record = this.#find(patient)
    if (!record || record.until === 0) return
    record.until = 0
    record.probing = false
    this.#tell('answered', patient)
  }

  succeeded(patient: Patient): void {
    if (this.#records.size > 0 && this.#records.delete(patient.target)) {
      this.#tell('succeeded', patient)
    }
  }

  /** `reason` is a status or a code; `retryAfter` what it asked for itself, in milliseconds. */
  failed(patient: Patient, reason: string, retryAfter?: number): void {
    const { target, identity } = patient
    this.#tell('failed', patient, { reason, retryAfter })
    let record = this.#find(patient)
    if (!record) {
      // Names come from clients: what fails under ever new ones must not fill the memory.
      if (this.#records.size >= most) this.#records.delete(this.#records.keys().next().value!)
      record = { identity, failures: 0, reason, until: 0, probing: false, strikes: 0 }
      this.#records.set(target, record)
    }
    record.failures++
    record.reason = reason
    record.probing = false
    // Requests that were under way when it began to cool down say nothing new.
    if (record.until > this.#clock() && retryAfter === undefined) return
    const asked = retryAfter === undefined ? undefined : Math.min(retryAfter, longestAsked)
    if (asked === undefined && record.failures < patience) return
    if (record.until <= this.#clock()) {
      this.cooldowns++
      record.strikes++
    }
    record.until = this.#clock() + (asked ?? Math.min(first * 2 ** (record.strikes - 1), longest))
  }

  /** The attempt ended without telling anything of the target: the client left, or had itself to blame. */
  left(patient: Patient): void {
    const record = this.#find(patient)
    if (!record?.probing) return
    record.probing = false
    this.#tell('left', patient)
  }

  /** The same became of an attempt elsewhere. */
  hear({ deed, patient, reason = '', retryAfter }: HealthNews): void {
    const { onNews } = this
    this.onNews = undefined
    if (deed === 'failed') this.failed(patient, reason, retryAfter)
    else this[deed](patient)
    this.onNews = onNews
  }

  /** What another that begins now has to know. */
  get pasts(): readonly PastOf[] {
    return [...this.#records].map(([target, past]) => ({ target, ...past }))
  }

  /** Takes over what another knows. */
  learn(pasts: readonly PastOf[]): void {
    for (const { target, ...past } of pasts) this.#records.set(target, past)
  }

  /** Those that are not well, by name. */
  get targets(): readonly TargetHealth[] {
    const now = this.#clock()
    return [...this.#records].map(([target, record]) => ({
      target,
      state: record.probing ? 'probing' : record.until > now ? 'cooling' : 'failing',
      failures: record.failures,
      reason: record.reason,
      until: record.until,
    }))
  }

  /** Forgets the targets that a new config does not have, or has otherwise. */
  keepOnly(has: (patient: Patient) => boolean): void {
    for (const [target, { identity }] of this.#records) {
      if (!has({ target, identity })) this.#records.delete(target)
    }
  }

  /** 0 where it may be tried, otherwise when it is due. A probe that is under way is waited for. */
  #due(patient: Patient, now: number): number {
    const record = this.#find(patient)
    if (!record || record.until === 0) return 0
    return record.until > now || record.probing ? Math.max(record.until, 1) : 0
  }

  #tell(deed: HealthNews['deed'], { target, identity }: Patient, more: object = {}): void {
    this.onNews?.({ deed, patient: { target, identity }, ...more })
  }

  #find({ target, identity }: Patient): Past | undefined {
    if (this.#records.size === 0) return undefined
    const record = this.#records.get(target)
    return record?.identity === identity ? record : undefined
  }
}
