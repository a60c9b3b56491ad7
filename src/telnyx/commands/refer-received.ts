import type { IncomingRefer } from '../../sip/index.js'
import type { TelnyxCall } from '../call/telnyx-call.js'
import { ApiError } from '../errors/index.js'
import { dial } from '../schemas/call.js'
import type { CommandContext } from './command.js'
import { join, ringback } from './joining.js'
import { place } from './placing.js'

/**
 * Blind transfer by the phone of a party (RFC 3515): whom it talks with is joined to whomever it names, as if the app had
 * transferred that call.
 *
 * @returns false where the party talks with nobody, or names nobody who can be called: somebody else may take it
 */
export function transferForParty(call: TelnyxCall, refer: IncomingRefer, context: CommandContext): boolean {
  const partner = call.call.partner
  const other = partner && context.calls.get(partner.identity.callControlId)
  // With Replaces it names a call: that is for whoever knows all of them.
  if (!other || /[?&]replaces=/i.test(refer.target)) return false
  const target = firstPlaced(targetsOf(call, refer.target), (to) => called(other, to, refer, context))
  if (!target) return false
  follow(call, other, target, refer.accept())
  return true
}

/** What a URI that a phone names may mean: its user part where that is a phone or a number of this node's, else the URI. */
function targetsOf({ call }: TelnyxCall, uri: string): readonly string[] {
  const user = unescaped(/^(?:sips?|tel):([^@;?]+)/i.exec(uri)?.[1] ?? '')
  // Whoever calls in must not reach a trunk by this way, at the cost of whom it belongs to.
  const mayPay =
    call.direction === 'outbound' && call.facts.callType === 'SIP' && !/^sips?:/i.test(call.facts.to)
  const mayBe = mayPay ? /./ : aName
  return [...(mayBe.test(user) ? [user] : []), ...(/^sips?:/i.test(uri) ? [uri] : [])]
}

/** A phone's name that can never be read as a number, with whatever separators. */
const aName = /^[a-z_][\w.-]*$/i

/** A broken escape stays as it is: it names nobody. */
function unescaped(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

function firstPlaced<Placed>(
  targets: readonly string[],
  placed: (to: string) => Placed | undefined,
): Placed | undefined {
  for (const to of targets) {
    const found = placed(to)
    if (found) return found
  }
  return undefined
}

function called(
  other: TelnyxCall,
  to: string,
  { referredBy }: IncomingRefer,
  context: CommandContext,
): TelnyxCall | undefined {
  const { application, call } = other
  const from = call.direction === 'inbound' ? call.facts.to : call.facts.from
  const custom = referredBy === '' ? [] : [{ name: 'Referred-By', value: referredBy }]
  const leg = {
    ...dial.parse({ connection_id: application.id, to, from, custom_headers: custom }),
    to,
  }
  try {
    return place({ application, leg, related: call, clientState: other.clientState }, context)
  } catch (thrown) {
    if (thrown instanceof ApiError) return undefined
    throw thrown
  }
}

/** Tells the phone how it goes on. It may hang up meanwhile; if nobody answers, all is as it was, but for that. */
function follow(
  call: TelnyxCall,
  other: TelnyxCall,
  target: TelnyxCall,
  peer: ReturnType<IncomingRefer['accept']>,
): void {
  let tone: { stop(): void } | undefined
  const stays = other.afterBridge
  other.call.bridge(call.call, { afterwards: { self: 'park', other: 'hangup' } })
  peer.progress(100)
  const stopListening = target.call.observe({ ringing: () => peer.progress(180) })
  call.whenEnded(() => {
    if (target.call.state === 'ringing' && other.call.state === 'answered') tone = ringback(other, 'us')
  })
  other.whenEnded(() => {
    if (target.call.state === 'ringing') target.call.hangup('the call that was transferred is over')
  })
  target.whenEnded(() => {
    stopListening()
    tone?.stop()
    if (target.call.answeredAt !== undefined) return
    peer.progress(target.call.ending?.sipStatus ?? 480)
    if (call.call.state === 'ended' && stays === 'hangup') other.call.hangup('nobody is left to talk to')
  })
  target.whenAnswered(() => {
    tone?.stop()
    if (other.call.state !== 'answered') return target.call.hangup('the call that was transferred is over')
    peer.progress(200)
    join(other, target, { mute_dtmf: 'none', park_after_unbridge: stays === 'park' ? 'self' : undefined })
    call.call.hangup('blind transfer')
  })
}
