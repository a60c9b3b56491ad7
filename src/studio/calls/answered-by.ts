import type { CallService } from '../../calls/index.js'
import type { TwilioVoice } from '../../twilio/index.js'
import type { DetectionWish, Fields, FlowCall } from '../execution/ports.js'

interface Watched {
  readonly call: FlowCall
  readonly wish: DetectionWish
  readonly signal: AbortSignal
}

/** @see FlowWorld.detect */
export async function answeredBy(
  service: CallService,
  detector: TwilioVoice['detector'],
  { call, wish, signal }: Watched,
): Promise<Fields> {
  const control = service.get(call.sid)
  if (!control || control.state === 'ended') return {}
  let stop = () => {}
  const found = await new Promise<Fields>((resolve) => {
    const nothing = () => resolve({})
    signal.addEventListener('abort', nothing, { once: true })
    const deaf = control.observe({ ended: nothing })
    stop = () => {
      signal.removeEventListener('abort', nothing)
      deaf()
    }
    detector.watchAnsweredBy(control, wish, resolve)
  })
  stop()
  signal.throwIfAborted()
  return found
}
