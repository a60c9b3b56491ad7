import { describe, expect, it } from 'vitest'
import { type Deed, greeting, recordings } from './support/recordings.js'
import { Rig } from './support/rig.js'

/** ms by which a frame may come earlier or later than recorded: audio is made of frames of 20 ms. */
const TOLERANCE_MS = 60

/** Keys of each frame, in the order that they have on the wire. */
const keys: Readonly<Record<string, readonly string[]>> = {
  setup: [
    ...['type', 'sessionId', 'callSid', 'parentCallSid', 'from', 'to', 'forwardedFrom', 'callerName'],
    ...['direction', 'callType', 'callStatus', 'accountSid', 'customParameters'],
  ],
  prompt: ['type', 'voicePrompt', 'lang', 'last'],
  dtmf: ['type', 'digit'],
  interrupt: ['type', 'utteranceUntilInterrupt', 'durationUntilInterruptMs'],
  info: ['type', 'name', 'value'],
  error: ['type', 'description'],
}

/**
 * Calls that were recorded on Twilio's wire, played again: the same deeds at the same times and a voice that takes as long
 * lead to the same frames in the same order.
 */
describe('recorded calls', () => {
  it.each(recordings)(
    '$name',
    async ({ spoken, digitsMs, answered = false, deeds, frames, close, cause }) => {
      const rig = new Rig(
        {
          welcomeGreeting: greeting,
          transcriptionProvider: 'Deepgram',
          speechModel: 'flux',
          partialPrompts: true,
          dtmfDetection: true,
          interruptible: 'any',
          reportInputDuringAgentSpeech: 'any',
          events: 'speaker-events tokens-played',
        },
        { answered, endpointing: 'engine', spoken, digitsMs },
      )
      rig.session.start()
      rig.appListener.opened()
      const setUpAt = rig.clock.now()
      rig.session.answered()
      for (const deed of deeds) {
        await rig.run(deed.at - (rig.clock.now() - setUpAt))
        perform(rig, deed)
      }
      await rig.run(3_000)

      for (const { frame } of rig.frames) expect(Object.keys(frame)).toEqual(keys[frame.type])
      expect(rig.frames[0]!.frame['callStatus']).toBe(answered ? 'IN_PROGRESS' : 'RINGING')
      const durations = / \d+$/
      const order = (said: readonly string[]) =>
        said.map((frame) => (frame.startsWith('interrupt') ? frame.replace(durations, '') : frame))
      const said = rig.said(1)
      expect(order(said)).toEqual(order(frames.map(([, frame]) => frame)))
      for (const [i, [at, frame]] of frames.entries()) {
        const late = rig.frames[i + 1]!.at - at
        expect(Math.abs(late), `${frame} came ${late} ms late`).toBeLessThanOrEqual(TOLERANCE_MS)
        if (!frame.startsWith('interrupt')) continue
        const [told, recorded] = [said[i]!, frame].map((text) => Number(durations.exec(text)))
        expect(Math.abs(told! - recorded!)).toBeLessThanOrEqual(TOLERANCE_MS)
      }
      if (close) expect(rig.socketClosed).toEqual(close)
      expect(rig.result).toMatchObject({ cause })
    },
  )
})

function perform(rig: Rig, deed: Deed): void {
  if ('press' in deed) rig.press(deed.press)
  else if ('hears' in deed) rig.stt.now.emit('partial', { text: deed.hears, language: 'en' })
  else if ('endOfTurn' in deed) rig.stt.now.emit('endOfTurn')
  else if ('send' in deed) for (const frame of deed.send) rig.send(frame)
  else if ('say' in deed) stream(rig, deed.say, deed.preemptible)
  else if ('drop' in deed) rig.appListener.closed(1006, '')
  else if ('completed' in deed) rig.session.end('call-completed', 'completed by the API')
  else rig.session.end('caller-gone', 'BYE')
}

/** As the recorded app streamed: word by word, the last one closing the talk cycle. */
function stream(rig: Rig, text: string, preemptible?: boolean): void {
  const tokens = text.split(/(?= )/)
  for (const [i, token] of tokens.entries()) {
    const frame = { type: 'text', token, last: i === tokens.length - 1 }
    rig.send(preemptible === undefined ? frame : { ...frame, preemptible })
  }
}
