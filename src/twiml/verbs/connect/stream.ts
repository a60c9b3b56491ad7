import type { TwimlElement } from '../../document/element.js'
import type { Reader } from '../../document/reader.js'
import { newSid } from '../../running/sids.js'
import { readStream, startStream } from '../stream.js'
import type { ConnectNoun } from './connect.js'

/** `<Connect><Stream>`: the call's audio both ways over a WebSocket, until the app closes it. */
export function streamNoun(element: TwimlElement, reader: Reader): ConnectNoun {
  const wish = readStream(element, reader)
  return {
    async execute(context): Promise<Record<string, string>> {
      if (!wish) return {}
      await context.answer()
      const sid = newSid('MZ', context.services.random)
      const streaming = startStream(context, wish, { sid, bidirectional: true })
      if (!streaming) return {}
      try {
        const { end } = await context.until(streaming.ended)
        if (end === 'leg-closed') await context.untilInterrupted()
        return { StreamSid: sid }
      } finally {
        streaming.stop()
      }
    },
  }
}
