import type { CallControl } from '../../calls/index.js'

/** Ends a call's session, and waits until it is over: another may then start. */
export async function endSession(call: CallControl): Promise<void> {
  if (call.session === undefined) return
  let stop = () => {}
  const over = new Promise<void>((resolve) => {
    stop = call.observe({ sessionEnded: () => resolve(), ended: () => resolve() })
  })
  call.endSession('stopped', 'other instructions')
  await over
  stop()
}
