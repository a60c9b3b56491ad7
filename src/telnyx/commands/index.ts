import * as answering from './answering.js'
import { bridge } from './bridge.js'
import type { Command } from './command.js'
import { sendDtmf } from './dtmf.js'
import * as gather from './gather.js'
import * as media from './media.js'
import * as playback from './playback.js'
import { refer } from './refer.js'
import * as relay from './relay.js'
import { transfer } from './transfer.js'

export type { Command, CommandContext } from './command.js'
export { dial } from './dial.js'
export { actionsNotHere } from './not-here.js'
export { transferForParty } from './refer-received.js'
export { withoutEffect } from './without-effect.js'

/** Every action by its name in the URL. */
export const commands: Readonly<Record<string, Command>> = {
  answer: answering.answer,
  hangup: answering.hangup,
  reject: answering.reject,
  client_state_update: answering.clientStateUpdate,
  speak: playback.speak,
  playback_start: playback.playbackStart,
  playback_stop: playback.playbackStop,
  gather: gather.gather,
  gather_using_speak: gather.gatherUsingSpeak,
  gather_using_audio: gather.gatherUsingAudio,
  gather_stop: gather.gatherStop,
  send_dtmf: sendDtmf,
  transfer,
  refer,
  bridge,
  conversation_relay_start: relay.conversationRelayStart,
  conversation_relay_stop: relay.conversationRelayStop,
  streaming_start: media.streamingStart,
  streaming_stop: media.streamingStop,
  transcription_start: media.transcriptionStart,
  transcription_stop: media.transcriptionStop,
  record_start: media.recordStart,
  record_stop: media.recordStop,
  record_pause: media.recordPause,
  record_resume: media.recordResume,
}
