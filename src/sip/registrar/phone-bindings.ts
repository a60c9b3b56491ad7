import type { Clock, Timer } from '../../base/clock.js'
import { sameUri } from '../same-uri.js'
import type { StoredBinding } from './binding.js'

/** The bindings of one phone, each until it expires. */
export class PhoneBindings {
  private bindings: readonly StoredBinding[] = []
  private timer: Timer | undefined

  /**
   * @param limit bindings at a time; beyond, those that were not refreshed for longest go
   * @param changed called after each change
   */
  constructor(
    private readonly clock: Clock,
    private readonly limit: number,
    private readonly changed: () => void,
  ) {}

  /** Those that have not expired, the one preferred first; among equals the one refreshed last. */
  get current(): readonly StoredBinding[] {
    const now = this.clock.now()
    return this.bindings.filter(({ expiresAt }) => expiresAt > now).sort((a, b) => b.q - a.q)
  }

  /** The bindings that a REGISTER with this contact is about: of the same device, or the same address. */
  about(contact: string, device: string): readonly StoredBinding[] {
    return this.current.filter((binding) => isAbout(binding, contact, device))
  }

  /** Takes away what is about the same contacts or devices, and puts these in front. */
  replace(
    removed: readonly Pick<StoredBinding, 'contact' | 'device'>[],
    added: readonly StoredBinding[],
  ): void {
    const gone = [...removed, ...added]
    const kept = this.bindings.filter(
      (binding) => !gone.some(({ contact, device }) => isAbout(binding, contact, device)),
    )
    this.set([...added, ...kept].slice(0, this.limit))
  }

  clear(): void {
    this.set([])
  }

  /** Forgets everything without a word. */
  close(): void {
    this.timer?.cancel()
    this.bindings = []
  }

  private set(bindings: readonly StoredBinding[]): void {
    this.bindings = bindings
    this.watch()
    this.changed()
  }

  private watch(): void {
    this.timer?.cancel()
    this.timer = undefined
    if (this.bindings.length === 0) return
    const first = Math.min(...this.bindings.map(({ expiresAt }) => expiresAt))
    this.timer = this.clock.after(Math.max(0, first - this.clock.now()), () => {
      const now = this.clock.now()
      const left = this.bindings.filter(({ expiresAt }) => expiresAt > now)
      if (left.length < this.bindings.length) this.set(left)
      else this.watch()
    })
  }
}

function isAbout(binding: StoredBinding, contact: string, device: string): boolean {
  return (device !== '' && device === binding.device) || sameUri(binding.contact, contact)
}
