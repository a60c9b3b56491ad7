import type { Timer } from '../../../base/clock.js'
import type { UserAgentContext } from '../context.js'
import type { DialogClient } from '../dialog-client.js'
import { sipfrag, sipfragType } from './sipfrag.js'

/** Seconds that the peer's subscription lasts: longer than a phone rings. */
const expiresSeconds = 180

/** Tells the peer how a transfer goes on that it asked for: one NOTIFY after the other (RFC 3515 §2.4.5). */
export class ReferNotifier {
  private readonly expiresAt: number
  private readonly expiry: Timer
  private inFlight = false
  /** Status to be told next. */
  private waiting: number | undefined
  private over = false

  /**
   * @param id CSeq of the REFER, where the event is to carry it
   * @param done nothing more is to be told, or can be
   */
  constructor(
    private readonly context: UserAgentContext,
    private readonly client: DialogClient,
    private readonly id: number | undefined,
    private readonly done: () => void,
  ) {
    this.expiresAt = context.clock.now() + expiresSeconds * 1000
    this.expiry = context.clock.after(expiresSeconds * 1000, () => this.close())
  }

  /** A final status is the last that is told. */
  progress(status: number): void {
    if (this.over || (this.waiting ?? 0) >= 200) return
    this.waiting = status
    this.next()
  }

  /** Tells no more. */
  close(): void {
    if (this.over) return
    this.over = true
    this.expiry.cancel()
    this.done()
  }

  /** Only one is on its way: over UDP a later one could overtake it. What it would have told meanwhile is old news. */
  private next(): void {
    if (this.inFlight || this.waiting === undefined) return
    const status = this.waiting
    this.waiting = undefined
    this.inFlight = true
    const last = status >= 200
    const seconds = Math.max(0, Math.ceil((this.expiresAt - this.context.clock.now()) / 1000))
    const headers = {
      Contact: this.client.contact,
      Event: this.id === undefined ? 'refer' : `refer;id=${this.id}`,
      'Subscription-State': last ? 'terminated;reason=noresource' : `active;expires=${seconds}`,
      'Content-Type': sipfragType,
    }
    this.client.send('NOTIFY', headers, sipfrag(status), {
      final: (response) => this.told(last || response.status >= 300),
      failed: () => this.told(true),
    })
  }

  private told(last: boolean): void {
    this.inFlight = false
    if (last) this.close()
    else this.next()
  }
}
