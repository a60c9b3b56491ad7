import type { CallControl, Streaming } from '../../calls/index.js'
import {
  canStream,
  type StreamCodec,
  type StreamWish,
  streamCodecOf,
  streamCodecs,
} from '../../media/index.js'
import type { TwimlElement } from '../document/element.js'
import { choice, method, optionalChoice, optionalText, text } from '../document/fields.js'
import { problem } from '../document/problem.js'
import type { Attributes, Reader } from '../document/reader.js'
import type { VerbContext } from '../running/context.js'
import { begun } from './begun.js'
import { parametersOf } from './connect/relay-settings.js'
import { mayBePlain } from './plain-socket.js'

export const streamModel = {
  element: 'Stream',
  fields: {
    url: text(''),
    name: text(''),
    track: choice(['inbound_track', 'outbound_track', 'both_tracks'], 'inbound_track'),
    statusCallback: optionalText,
    statusCallbackMethod: method,
    codec: optionalChoice([...streamCodecs, 'default']),
    bidirectionalMode: choice(['rtp', 'mp3'], 'rtp'),
    bidirectionalCodec: choice(streamCodecs, 'PCMU'),
    bidirectionalSamplingRate: choice(['8000', '16000', '22050', '24000', '48000'], '8000'),
    bidirectionalTargetLegs: choice(['self', 'opposite', 'both'], 'self'),
    authToken: optionalText,
  },
  texml: [
    'codec',
    'bidirectionalMode',
    'bidirectionalCodec',
    'bidirectionalSamplingRate',
    'bidirectionalTargetLegs',
    'authToken',
  ] as const,
  idle: ['connectorName', 'audioFormat', 'sampleRate', 'enableReconnect'],
}

/** What a `<Stream>` asks for. */
export interface StreamRequest extends Attributes<typeof streamModel.fields> {
  readonly parameters: Readonly<Record<string, string>>
  readonly line: number
}

/** Reads `<Stream>` with its `<Parameter>`s; undefined, and reported, without a URL. */
export function readStream(element: TwimlElement, reader: Reader): StreamRequest | undefined {
  const read = reader.attributes(element, streamModel)
  const parameters = parametersOf(reader.children(element, ['Parameter']), reader)
  if (!/^wss?:\/\/[^#]+$/i.test(read.url) || !URL.canParse(read.url)) {
    reader.warn(element, `url is "${read.url}" and must be a wss:// URL`, 31923)
    return undefined
  }
  if (reader.dialect.name === 'twilio' && read.url.includes('?')) {
    reader.warn(element, "Twilio takes no query in a stream's URL: use <Parameter>", 31923)
  }
  return { ...read, parameters, line: element.line }
}

/** Opens a stream and tells its status call-back what becomes of it; undefined, and reported, where ws:// may not be. */
export function startStream(
  context: VerbContext,
  request: StreamRequest,
  { sid, bidirectional }: { readonly sid: string; readonly bidirectional: boolean },
): Streaming | undefined {
  const { call, services } = context
  if (!mayBePlain(request.url, services)) {
    const message = `<Stream> in line ${request.line}: url is "${request.url}" and must begin with wss://`
    context.report(problem('error', 'verb_invalid', message, { number: 31923 }))
    return undefined
  }
  const streaming = call.stream(wishOf(context, request, bidirectional), sid)
  const tell = (event: string, more: Readonly<Record<string, string>> = {}) =>
    context.notify(request.statusCallback, {
      event,
      method: request.statusCallbackMethod,
      parameters: {
        AccountSid: services.dialect.accountSid(call),
        CallSid: services.dialect.callSid(call),
        StreamSid: sid,
        StreamName: request.name || sid,
        StreamEvent: event,
        Timestamp: new Date(services.clock.now()).toISOString(),
        ...more,
      },
    })
  begun(streaming).then((did) => {
    if (did) tell('stream-started')
  })
  streaming.ended.then(({ end, detail }) => {
    if (end === 'connect-failed') tell(failed[services.dialect.name], { StreamError: detail })
    else tell('stream-stopped')
  })
  return streaming
}

const failed = { twilio: 'stream-error', telnyx: 'stream-failed' } as const

function wishOf({ call, services }: VerbContext, request: StreamRequest, bidirectional: boolean): StreamWish {
  const { url, track, parameters, authToken } = request
  const dialect = services.dialect.name
  const codec = codecOf(request.codec, call)
  const both = bidirectional || dialect === 'telnyx'
  return {
    url,
    dialect,
    track: tracks[track],
    codec,
    sampleRate: codec === 'PCMU' || codec === 'PCMA' ? 8000 : 16000,
    bidirectional: both
      ? {
          mode: request.bidirectionalMode,
          codec: request.bidirectionalCodec,
          sampleRate: Number(request.bidirectionalSamplingRate),
          target: request.bidirectionalTargetLegs,
        }
      : undefined,
    parameters,
    authToken,
    facts: factsOf(call, dialect),
  }
}

const tracks = { inbound_track: 'inbound', outbound_track: 'outbound', both_tracks: 'both' } as const

/** `default`, and what this machine does not have, is the call's own codec. */
function codecOf(asked: StreamRequest['codec'], { codec }: CallControl): StreamCodec {
  if (asked === undefined) return 'PCMU'
  return asked === 'default' || !canStream(asked) ? streamCodecOf(codec) : asked
}

/** What the `start` frame tells of the call. */
function factsOf({ facts, identity }: CallControl, dialect: 'twilio' | 'telnyx'): Record<string, unknown> {
  if (dialect === 'twilio') return { accountSid: facts.accountSid, callSid: identity.callSid }
  return {
    user_id: facts.accountId,
    call_control_id: identity.callControlId,
    call_session_id: identity.callSessionId,
    from: facts.from,
    to: facts.to,
  }
}
