import { describe, expect, it } from 'vitest'
import type { StreamWish } from '../../../src/media/index.js'
import type { StreamFrame } from '../../../src/media/streams/stream-dialect.js'
import { telnyxStreams } from '../../../src/media/streams/telnyx-streams.js'
import { twilioStreams } from '../../../src/media/streams/twilio-streams.js'
import { seeded } from '../../rtp/support.js'
import { wish } from './support.js'

const bidirectional = { mode: 'rtp', codec: 'PCMU', sampleRate: 8000, target: 'self' } as const
const payload = Uint8Array.of(0xff, 0x7f, 0x00)

function twilio(changes: Partial<StreamWish> = {}) {
  const facts = { accountSid: 'AC1', callSid: 'CA1' }
  return twilioStreams({ id: 'MZ1', wish: wish({ dialect: 'twilio', facts, bidirectional, ...changes }) })
}

function telnyx(changes: Partial<StreamWish> = {}) {
  const facts = {
    user_id: 'user',
    call_control_id: 'v3:1',
    call_session_id: 'session',
    from: '+13122010094',
    to: '+13122123456',
    tags: [],
    client_state: 'aGF2ZSBhIG5pY2UgZGF5ID1d',
  }
  return telnyxStreams({ id: '32DE', wish: wish({ dialect: 'telnyx', facts, ...changes }) })
}

const media: StreamFrame = { type: 'media', track: 'inbound', chunk: 2, timestamp: 20, payload }
const dtmf: StreamFrame = { type: 'dtmf', digit: '1', at: new Date('2025-06-05T08:54:19.698Z') }
const refused: StreamFrame = { type: 'error', problem: { kind: 'malformed', detail: '' } }

describe("Twilio's frames", () => {
  const json = (frame: StreamFrame, sequence = 4, changes: Partial<StreamWish> = {}) =>
    JSON.parse(twilio(changes).encode(frame, sequence) ?? 'null')

  it('are those of its documentation', () => {
    expect(json({ type: 'connected' })).toEqual({ event: 'connected', protocol: 'Call', version: '1.0.0' })
    expect(json({ type: 'start' }, 1, { parameters: { FirstName: 'Jane' } })).toEqual({
      event: 'start',
      sequenceNumber: '1',
      start: {
        accountSid: 'AC1',
        streamSid: 'MZ1',
        callSid: 'CA1',
        tracks: ['inbound'],
        mediaFormat: { encoding: 'audio/x-mulaw', sampleRate: 8000, channels: 1 },
        customParameters: { FirstName: 'Jane' },
      },
      streamSid: 'MZ1',
    })
    expect(json(media)).toEqual({
      event: 'media',
      sequenceNumber: '4',
      media: { track: 'inbound', chunk: '2', timestamp: '20', payload: '/38A' },
      streamSid: 'MZ1',
    })
    expect(json(dtmf)).toEqual({
      event: 'dtmf',
      sequenceNumber: '4',
      dtmf: { track: 'inbound_track', digit: '1' },
      streamSid: 'MZ1',
    })
    expect(json({ type: 'mark', name: 'my label' })).toEqual({
      event: 'mark',
      sequenceNumber: '4',
      mark: { name: 'my label' },
      streamSid: 'MZ1',
    })
    expect(json({ type: 'stop' })).toEqual({
      event: 'stop',
      sequenceNumber: '4',
      stop: { accountSid: 'AC1', callSid: 'CA1' },
      streamSid: 'MZ1',
    })
  })

  it('name both tracks, and tell of keys on bidirectional streams only and of errors never', () => {
    expect(json({ type: 'start' }, 1, { track: 'both' }).start.tracks).toEqual(['inbound', 'outbound'])
    expect(json(dtmf, 4, { bidirectional: undefined })).toBeNull()
    expect(json(refused)).toBeNull()
  })

  it('are taken from an app', () => {
    const { decode } = twilio()
    expect(decode('{"event":"media","streamSid":"MZ1","media":{"payload":"/38A"}}')).toEqual({
      type: 'media',
      payload: Buffer.from(payload),
    })
    expect(decode('{"event":"mark","streamSid":"MZ1","mark":{"name":"a"}}')).toEqual({
      type: 'mark',
      name: 'a',
    })
    expect(decode('{"event":"clear","streamSid":"MZ1"}')).toEqual({ type: 'clear' })
  })

  it.each([
    ['not JSON', '{', 'not JSON'],
    ['no object', '7', 'expected an object'],
    ['no event', '{}', 'event: '],
    ['another event', '{"event":"start","streamSid":"MZ1"}', 'event: '],
    ['no stream', '{"event":"clear"}', 'streamSid: expected MZ1'],
    ['another stream', '{"event":"clear","streamSid":"MZ2"}', 'streamSid: expected MZ1'],
    ['no media', '{"event":"media","streamSid":"MZ1"}', 'media: expected an object'],
    ['no payload', '{"event":"media","streamSid":"MZ1","media":{}}', 'media.payload: expected a string'],
    ['no name', '{"event":"mark","streamSid":"MZ1","mark":{}}', 'mark.name: expected a string'],
  ])('are refused with %s', (_, text, detail) => {
    expect(twilio().decode(text)).toEqual({
      problem: { kind: 'malformed', detail: expect.stringContaining(detail) },
    })
  })
})

describe("Telnyx's frames", () => {
  const json = (frame: StreamFrame, sequence = 4, changes: Partial<StreamWish> = {}) =>
    JSON.parse(telnyx(changes).encode(frame, sequence) ?? 'null')

  it('are those of its documentation', () => {
    expect(json({ type: 'connected' })).toEqual({ event: 'connected', version: '1.0.0' })
    expect(json({ type: 'start' }, 1)).toEqual({
      event: 'start',
      sequence_number: '1',
      start: {
        user_id: 'user',
        call_control_id: 'v3:1',
        call_session_id: 'session',
        from: '+13122010094',
        to: '+13122123456',
        tags: [],
        client_state: 'aGF2ZSBhIG5pY2UgZGF5ID1d',
        media_format: { encoding: 'PCMU', sample_rate: 8000, channels: 1 },
      },
      stream_id: '32DE',
    })
    expect(json(media)).toEqual({
      event: 'media',
      sequence_number: '4',
      media: { track: 'inbound', chunk: '2', timestamp: '20', payload: '/38A' },
      stream_id: '32DE',
    })
    expect(json(dtmf)).toEqual({
      event: 'dtmf',
      sequence_number: '4',
      occurred_at: '2025-06-05T08:54:19.698Z',
      dtmf: { digit: '1' },
      stream_id: '32DE',
    })
    expect(json({ type: 'mark', name: 'some_mark_name' })).toEqual({
      event: 'mark',
      sequence_number: '4',
      mark: { name: 'some_mark_name' },
      stream_id: '32DE',
    })
    expect(json(refused)).toEqual({
      event: 'error',
      payload: {
        code: 100003,
        title: 'malformed_frame',
        detail: 'Received frame was not formed correctly',
      },
      stream_id: '32DE',
    })
    expect(json({ type: 'stop' })).toEqual({
      event: 'stop',
      sequence_number: '4',
      stop: { user_id: 'user', call_control_id: 'v3:1' },
      stream_id: '32DE',
    })
  })

  it('tell of the rate of L16 and of what the app gave along', () => {
    const changes = { codec: 'L16', sampleRate: 16000, parameters: { customer_id: '1' } } as const
    expect(json({ type: 'start' }, 1, changes).start).toMatchObject({
      custom_parameters: { customer_id: '1' },
      media_format: { encoding: 'L16', sample_rate: 16000 },
    })
  })

  it('are taken from an app, which need not name the stream', () => {
    const { decode } = telnyx()
    expect(decode('{"event":"media","media":{"payload":"/38A"}}')).toEqual({
      type: 'media',
      payload: Buffer.from(payload),
    })
    expect(decode('{"event":"clear","stream_id":"other"}')).toEqual({ type: 'clear' })
    expect(decode('{"event":"media","media":{"payload":"ä#"}}')).toEqual({
      problem: { kind: 'invalid-media', detail: 'media.payload: expected base64' },
    })
  })
})

it('whatever an app sends, it is a command or a problem', () => {
  const random = seeded(7)
  const dialects = [twilio(), telnyx()]
  const good = '{"event":"media","streamSid":"MZ1","media":{"payload":"/38A/38A"},"mark":{"name":"a"}}'
  for (let n = 0; n < 5_000; n++) {
    const bytes = Buffer.from(good)
    for (let flips = 0; flips < 3; flips++) bytes[Math.floor(random() * bytes.length)] = random() * 256
    for (const frames of dialects) {
      const decoded = frames.decode(bytes.toString('utf8'))
      expect('problem' in decoded || ['media', 'mark', 'clear'].includes(decoded.type)).toBe(true)
    }
  }
})
