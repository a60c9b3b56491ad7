import { ApiError, ask, query } from './client.js'
import { follow, type LiveState } from './live.js'
import type { CallList, CallRecord } from './types.js'

export interface ListFilter {
  readonly search?: string
  readonly status?: string
  readonly direction?: string
  readonly live?: boolean | undefined
  readonly troubled?: boolean | undefined
  readonly from?: number | undefined
  readonly until?: number | undefined
}

export interface ListSnapshot {
  readonly calls: readonly CallRecord[]
  readonly more: boolean
  readonly loaded: boolean
  readonly live: LiveState
  readonly error: ApiError | undefined
}

/** ms that changes are collected before the list is read again. */
const collectMs = 250

/** The list of calls under one filter, kept current. */
export class ListStore {
  private snapshot: ListSnapshot = {
    ...{ calls: [], more: false, loaded: false, live: 'connecting', error: undefined },
  }
  private readonly listeners = new Set<() => void>()
  private stop: (() => void) | undefined
  private next: string | null = null
  private timer: number | undefined
  private closed = false

  constructor(private readonly filter: ListFilter) {}

  readonly get = (): ListSnapshot => this.snapshot

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener)
    this.closed = false
    if (this.listeners.size === 1) void this.load()
    return () => {
      this.listeners.delete(listener)
      if (this.listeners.size > 0) return
      this.closed = true
      this.stop?.()
      this.stop = undefined
      clearTimeout(this.timer)
      this.timer = undefined
    }
  }

  /** Reads the page after the last. */
  readonly more = async (): Promise<void> => {
    const page = await this.page(this.next ?? undefined)
    if (!page) return
    this.next = page.next
    this.set({ calls: [...this.snapshot.calls, ...page.calls], more: page.next !== null })
  }

  private async load(): Promise<void> {
    const page = await this.page(undefined)
    if (!page || this.closed) return
    this.next = page.next
    this.set({ calls: page.calls, more: page.next !== null, loaded: true, error: undefined })
    this.stop ??= follow(
      '/api/live',
      page.cursor,
      { call: (changes: Partial<CallRecord>) => this.changed(changes), reset: () => void this.load() },
      (live) => this.set({ live }),
    )
  }

  private async page(before: string | undefined): Promise<CallList | undefined> {
    const { live, troubled, ...rest } = this.filter
    const asked = { ...rest, live: live || undefined, troubled: troubled || undefined, before }
    try {
      return await ask<CallList>(`/api/calls${query(asked)}`)
    } catch (thrown) {
      if (thrown instanceof ApiError) this.set({ error: thrown, loaded: true })
      return undefined
    }
  }

  private changed(changes: Partial<CallRecord>): void {
    const known = this.snapshot.calls.some(({ callSid }) => callSid === changes.callSid)
    if (known) {
      const calls = this.snapshot.calls.map((call) =>
        call.callSid === changes.callSid ? { ...call, ...changes } : call,
      )
      this.set({ calls })
    }
    // What is new, or may no longer fit, is for the relay to say.
    if (!known || this.narrowed) this.later()
  }

  private get narrowed(): boolean {
    return Object.values(this.filter).some((value) => value !== undefined && value !== '' && value !== false)
  }

  private later(): void {
    this.timer ??= window.setTimeout(async () => {
      this.timer = undefined
      const page = await this.page(undefined)
      if (!page || this.closed) return
      const known = new Set(page.calls.map(({ callSid }) => callSid))
      const older = page.next === null ? [] : this.snapshot.calls.filter(({ callSid }) => !known.has(callSid))
      this.set({ calls: [...page.calls, ...older] })
    }, collectMs)
  }

  private set(changes: Partial<ListSnapshot>): void {
    this.snapshot = { ...this.snapshot, ...changes }
    for (const listener of this.listeners) listener()
  }
}
