import { newSid } from '../../running/sids.js'
import { readStream, startStream } from '../stream.js'
import type { StartNoun } from './noun.js'

/** `<Start><Stream>`: the call's audio to an app, beside whatever the call does. */
export const startStreamNoun: StartNoun = {
  kind: 'stream',
  read(element, reader) {
    const request = readStream(element, reader)
    if (!request) return undefined
    return (context) => {
      const sid = newSid('MZ', context.services.random)
      const streaming = startStream(context, request, { sid, bidirectional: false })
      if (!streaming) return undefined
      const { name } = request
      const activity = { kind: 'stream', sid, name, stop: () => streaming.stop() } as const
      streaming.ended.then(context.memory.activities.add(activity))
      return activity
    }
  },
}
