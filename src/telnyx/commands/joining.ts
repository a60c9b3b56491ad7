import type { BridgeOptions } from '../../calls/index.js'
import type { TelnyxCall } from '../call/telnyx-call.js'

interface JoinBody {
  readonly mute_dtmf: 'none' | 'both' | 'self' | 'opposite'
  readonly park_after_unbridge?: 'self' | undefined
  readonly hold_after_unbridge?: boolean | undefined
}

/** Joins two calls: what plays and runs on them ends. */
export function join(call: TelnyxCall, other: TelnyxCall, body: JoinBody): void {
  for (const side of [call, other]) {
    side.playback.stopAll()
    side.conversation.stop()
  }
  const options = bridgeOptions(body)
  call.afterBridge = options.afterwards.self
  other.afterBridge = options.afterwards.other
  call.call.bridge(other.call, options)
}

/** Lets a party hear how another is called: if nobody answers, it is where it was before. */
export function listenIn(call: TelnyxCall, other: TelnyxCall, { mute_dtmf }: JoinBody): void {
  call.playback.stopAll()
  call.call.bridge(other.call, {
    muteDigits: mute_dtmf,
    afterwards: { self: 'park', other: 'hangup' },
  })
}

function bridgeOptions({
  mute_dtmf,
  park_after_unbridge,
  hold_after_unbridge,
}: JoinBody): BridgeOptions & Required<Pick<BridgeOptions, 'afterwards'>> {
  const self = park_after_unbridge || hold_after_unbridge ? 'park' : 'hangup'
  return { muteDigits: mute_dtmf, afterwards: { self, other: 'hangup' } }
}

/** Plays ringing to a party while somebody else is called; nothing where a session talks to it. */
export function ringback(call: TelnyxCall, country: string): { stop(): void } {
  if (call.call.session || call.playback.active) return { stop() {} }
  return call.call.announce({ kind: 'tone', tone: 'ringback', country })
}
