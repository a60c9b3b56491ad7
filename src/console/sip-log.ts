import type { TracedMessage } from '../sip/index.js'

/** A SIP message and when it went over the wire. */
export interface SipLogEntry extends TracedMessage {
  /** ms since the Unix epoch. */
  readonly at: number
}

/** Messages kept of one call; a call has a few, one that is attacked or looped has many. */
const mostPerCall = 500
/** Characters kept of a message. */
const mostText = 16_384
/** Call-IDs whose call is not known (yet), each with its first messages. */
const mostUnknown = 500
const mostEarly = 20
/** Calls that are over, for what trails behind: retransmissions, the last 200. */
const mostOver = 500

/**
 * Brings SIP messages to the calls they belong to, by Call-ID. The first of them come before the call is known: they wait
 * for it.
 */
export class SipLog {
  private readonly calls = new Map<string, { readonly callSid: string; count: number }>()
  private readonly over: string[] = []
  private readonly early = new Map<string, SipLogEntry[]>()

  /** @param add told of every message of a known call, in order */
  constructor(private readonly add: (callSid: string, entry: SipLogEntry) => void) {}

  message(entry: SipLogEntry): void {
    const call = this.calls.get(entry.callId)
    if (call) return this.pass(call, entry)
    const waiting = this.early.get(entry.callId)
    if (waiting) {
      if (waiting.length < mostEarly) waiting.push(entry)
      return
    }
    // What is about no call (registrations, pings) is not kept at all.
    if (!entry.summary.startsWith('INVITE')) return
    if (this.early.size >= mostUnknown) this.early.delete(this.early.keys().next().value!)
    this.early.set(entry.callId, [entry])
  }

  /** A call goes by this Call-ID; a call that rings several phones has several. */
  known(callId: string, callSid: string): void {
    if (callId === '' || this.calls.has(callId)) return
    const call = { callSid, count: 0 }
    this.calls.set(callId, call)
    const early = this.early.get(callId) ?? []
    this.early.delete(callId)
    for (const entry of early) this.pass(call, entry)
  }

  /** A call is over; its last messages may still come. */
  ended(callSid: string): void {
    for (const [callId, call] of this.calls) if (call.callSid === callSid) this.over.push(callId)
    while (this.over.length > mostOver) this.calls.delete(this.over.shift()!)
  }

  private pass(call: { readonly callSid: string; count: number }, entry: SipLogEntry): void {
    if (++call.count > mostPerCall) return
    this.add(call.callSid, { ...entry, text: withoutSecrets(entry.text).slice(0, mostText) })
  }
}

/** Leaves out what opens doors: digests, and the keys of the audio. */
export function withoutSecrets(text: string): string {
  return text
    .replace(/^((?:Proxy-)?Authorization: *\S+).*$/gim, '$1 …')
    .replace(/^(a=crypto:\d+ \S+ inline:)[^\r\n]*/gim, '$1…')
}
