import type { CallControl, Streaming } from '../../calls/index.js'
import { type StreamEnd, type StreamWish, streamCodecOf } from '../../media/index.js'
import { refuse } from '../errors/index.js'
import type { StreamingRequest } from '../schemas/streaming.js'
import { nextTurn, type Publish } from './events.js'

/** What of the call the stream's app is told. */
export interface StreamFacts {
  readonly userId: string
  readonly clientState: string | undefined
  readonly tags: readonly string[]
}

interface Entry {
  readonly id: string
  readonly stream: Streaming
  readonly request: StreamingRequest
  over: boolean
}

/** The media stream of a call: one at a time. */
export class MediaStreaming {
  private current: Entry | undefined

  constructor(
    private readonly call: CallControl,
    private readonly publish: Publish,
  ) {}

  /** @throws ApiError 90045 while there is one */
  start(request: StreamingRequest, id: string, facts: StreamFacts): void {
    if (this.current) refuse('90045')
    const stream = this.call.stream(this.wish(request, facts), id)
    const entry = { id, stream, request, over: false }
    this.current = entry
    stream.ended.then(({ end, detail }) => this.finish(entry, end, detail))
    // Where the socket never was up it is over before this is told.
    stream.started.then(nextTurn).then(() => {
      if (!entry.over) this.publish('streaming.started', { stream_id: id, stream_url: request.stream_url })
    })
  }

  /** @throws ApiError 90048 where there is none, or another */
  stop(id: string | undefined): void {
    if (!this.current || (id !== undefined && id !== this.current.id)) refuse('90048')
    this.current.stream.stop()
    this.current = undefined
  }

  callEnded(): void {
    if (this.current) this.finish(this.current, 'leg-closed', '')
  }

  private finish(entry: Entry, end: StreamEnd, detail: string): void {
    if (entry.over) return
    entry.over = true
    if (this.current === entry) this.current = undefined
    const { id, request } = entry
    if (end !== 'connect-failed') {
      return this.publish('streaming.stopped', { stream_id: id, stream_url: request.stream_url })
    }
    this.publish('streaming.failed', {
      stream_id: id,
      stream_type: 'websocket',
      stream_params: { stream_url: request.stream_url, track: request.stream_track },
      failure_reason: 'connection_failed',
      failure_detail: detail,
    })
  }

  private wish(request: StreamingRequest, facts: StreamFacts): StreamWish {
    const { stream_bidirectional_codec: backCodec, stream_bidirectional_sampling_rate: backRate } = request
    const { stream_codec: asked } = request
    const codec = asked === 'default' ? streamCodecOf(this.call.codec) : asked
    return {
      url: request.stream_url,
      dialect: 'telnyx',
      track: tracks[request.stream_track],
      codec,
      // The rate that is asked for is that of the way back; there is no other.
      sampleRate: codec === backCodec ? backRate : 16_000,
      bidirectional: {
        mode: request.stream_bidirectional_mode,
        codec: backCodec,
        sampleRate: backRate,
        target: request.stream_bidirectional_target_legs,
      },
      parameters: Object.fromEntries(
        (request.custom_parameters ?? []).map(({ name, value }) => [name, value]),
      ),
      authToken: request.stream_auth_token,
      facts: this.facts(facts),
    }
  }

  private facts({ userId, clientState, tags }: StreamFacts): Record<string, unknown> {
    const { identity, facts } = this.call
    return {
      user_id: userId,
      call_control_id: identity.callControlId,
      call_session_id: identity.callSessionId,
      from: facts.from,
      to: facts.to,
      tags,
      client_state: clientState ?? null,
    }
  }
}

const tracks = { inbound_track: 'inbound', outbound_track: 'outbound', both_tracks: 'both' } as const
