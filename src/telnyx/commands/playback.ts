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
    const { overlay, target_legs: targetLegs } = body
    if (overlay && targetLegs !== 'self') {
      refuse('10027', 'Audio can be laid over that of the call itself alone.', '/target_legs')
    }
    if (overlay && !call.playback.playsFile) {
      refuse('10027', 'No file plays that this one could be laid over.', '/overlay')
    }
    const request = audio(body, context, { loop: timesOf(body.loop), targetLegs, overlay })
    if (request) announce(call, request, body.stop)
  },
})

export const playbackStop = command({
  summary: 'Stop what is said or played',
  body: schemas.playbackStop,
  run(call, body) {
    const overlay = body.overlay || body.stop === 'overlay'
    if (!call.playback.stop(body.stop === 'current' ? 'current' : 'all', overlay))
      refuse('10027', 'Nothing is said or played on the call.')
  },
})
