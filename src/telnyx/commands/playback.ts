import { refuse } from '../errors/index.js'
import { timesOf } from '../schemas/fields.js'
import * as schemas from '../schemas/playback.js'
import { announce, audio, speech } from './announcements.js'
import { command } from './command.js'

export const speak = command({
  summary: 'Say something',
  body: schemas.speak,
  run(call, body, context) {
    announce(
      call,
      speech(body, context, { loop: timesOf(body.loop), targetLegs: body.target_legs }),
      body.stop,
    )
  },
})

export const playbackStart = command({
  summary: 'Play a file',
  body: schemas.playbackStart,
  run(call, body, context) {
    const request = audio(body, context, { loop: timesOf(body.loop), targetLegs: body.target_legs })
    if (request) announce(call, request, body.stop)
  },
})

export const playbackStop = command({
  summary: 'Stop what is said or played',
  body: schemas.playbackStop,
  run(call, body) {
    if (body.overlay || body.stop === 'overlay') refuse('10027', 'There is no audio laid over other audio.')
    if (!call.playback.stop(body.stop)) refuse('10027', 'Nothing is said or played on the call.')
  },
})
