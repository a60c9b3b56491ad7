import { writeSip } from '../../e2e/support/sip-text.js'
import { rtpPacket } from '../../rtp/support.js'
import { tortureMessages } from '../../sip/rfc4475/messages.js'

const sdp = [
  'v=0',
  'o=- 1 1 IN IP4 127.0.0.1',
  's=-',
  'c=IN IP4 127.0.0.1',
  't=0 0',
  'm=audio 9 RTP/AVP 111 9 0 8 101',
  'a=rtpmap:111 opus/48000/2',
  'a=fmtp:111 useinbandfec=1',
  'a=rtpmap:101 telephone-event/8000',
  'a=fmtp:101 0-16',
  'a=rtcp-mux',
  'a=sendrecv',
  'a=ptime:20',
  '',
].join('\r\n')

function request(method: string, extra: readonly string[] = [], body = ''): Buffer {
  const lines = [
    'Via: SIP/2.0/UDP 127.0.0.1:9;branch=z9hG4bKfuzz;rport',
    'Max-Forwards: 70',
    'From: "A. Caller" <sip:caller@127.0.0.1>;tag=1',
    `To: <sip:1000@127.0.0.1>${method === 'INVITE' || method === 'OPTIONS' ? '' : ';tag=2'}`,
    'Call-ID: fuzz@127.0.0.1',
    `CSeq: 1 ${method}`,
    'Contact: <sip:caller@127.0.0.1:9>',
    ...extra,
  ]
  return Buffer.from(writeSip(`${method} sip:1000@127.0.0.1 SIP/2.0`, lines, body))
}

const offer = 'Content-Type: application/sdp'

/** SIP as phones and the torture test of RFC 4475 speak it. Every address is of this machine. */
export const sipMessages: readonly Buffer[] = [
  request('INVITE', [offer], sdp),
  request(
    'INVITE',
    [offer, 'Supported: timer, 100rel', 'Session-Expires: 90;refresher=uac', 'Min-SE: 90'],
    sdp,
  ),
  request('INVITE', ['Require: 100rel', 'Diversion: <sip:+15550100003@127.0.0.1>;reason=unconditional']),
  request('OPTIONS', ['Accept: application/sdp']),
  request('ACK'),
  request('BYE', ['Reason: Q.850;cause=16;text="done"']),
  request('CANCEL'),
  request('PRACK', ['RAck: 1 1 INVITE']),
  request('UPDATE', [offer], sdp),
  request('INFO', ['Content-Type: application/dtmf-relay'], 'Signal=5\r\nDuration=160\r\n'),
  request(
    'INVITE',
    ['Authorization: Digest username="a", realm="b", nonce="c", uri="sip:1000@d", response="e"', offer],
    sdp,
  ),
  Buffer.from(
    writeSip('SIP/2.0 200 OK', [
      'Via: SIP/2.0/UDP 127.0.0.1:9;branch=z9hG4bKfuzz',
      'From: <sip:a@127.0.0.1>;tag=1',
      'To: <sip:b@127.0.0.1>;tag=2',
      'Call-ID: fuzz@127.0.0.1',
      'CSeq: 1 BYE',
    ]),
  ),
  ...(['valid', 'invalid', 'semantics'] as const)
    .flatMap((file) => tortureMessages(file))
    .map(({ bytes }) => homed(bytes)),
]

/**
 * The message with every address in it replaced by this machine's: a test sends nothing to anybody else.
 * @param port where Contact and Via point
 * @param call makes it one of a call, and a transaction, of its own
 */
export function homed(bytes: Buffer, port = 9, call = ''): Buffer {
  const text = bytes
    .toString('latin1')
    .replace(/\b\d{1,3}(?:\.\d{1,3}){3}\b/g, '127.0.0.1')
    .replace(/fuzz/g, `fuzz${call}`)
    .replace(/127\.0\.0\.1:9\b/g, `127.0.0.1:${port}`)
    .replace(/\[[0-9a-f:.]+\]/gi, '[::1]')
    .replace(/^c=(?!IN IP4 127\.0\.0\.1\r?$).*$/gm, 'c=IN IP4 127.0.0.1')
  return Buffer.from(text, 'latin1')
}

/** RTP and RTCP of a call with G.711, by payload type. */
export function rtpPackets(payloadType: number, eventType: number): readonly Buffer[] {
  const ssrc = 0x1234
  const audio = [0, 1, 2, 3, 65_535].map((n) =>
    rtpPacket(payloadType, n, n * 160, ssrc, Buffer.alloc(160, 0x55 + n)),
  )
  const key = [0x0a, 0x0a, 0x8a].map((flags, n) =>
    rtpPacket(eventType, 10 + n, 1600, ssrc, Buffer.from([5, flags, 0, (n + 1) * 160]), n === 0),
  )
  const extension = Buffer.from(
    rtpPacket(payloadType, 4, 640, ssrc, Buffer.from([0xbe, 0xde, 0, 1, 9, 9, 9, 9, 1, 2, 3])),
  )
  extension[0] = 0x90
  const padded = Buffer.from(rtpPacket(payloadType, 5, 800, ssrc, Buffer.from([1, 2, 3, 0, 0, 0, 4])))
  padded[0] = 0xa0
  return [...audio, ...key, extension, padded, ...rtcp].map((packet) => Buffer.from(packet))
}

const report = [0, 0, 0x12, 0x34, ...new Array<number>(20).fill(7), ...new Array<number>(24).fill(9)]
const rtcp: readonly Uint8Array[] = [
  Uint8Array.from([0x81, 200, 0, 12, ...report]),
  Uint8Array.from([0x81, 201, 0, 7, 0, 0, 0x12, 0x34, ...new Array<number>(24).fill(3)]),
  Uint8Array.from([0x81, 202, 0, 3, 0, 0, 0x12, 0x34, 1, 2, 97, 98, 0, 0, 0, 0]),
  Uint8Array.from([0x81, 203, 0, 1, 0, 0, 0x12, 0x34]),
]

const sound = 'data:audio/wav;base64,UklGRiwAAABXQVZFZm10IBAAAAABAAEAQB8AAIA+AAACABAAZGF0YQgAAAAAAAAAAAAAAA=='

/** What apps send, in either dialect. */
export const appFrames: readonly Buffer[] = [
  { type: 'text', token: 'Hi. ', last: false },
  { type: 'text', token: '', last: true, lang: 'en-US', interruptible: true, preemptible: false },
  { type: 'text', token: 'Ok', last: true, interruptible: 'speech', preemptible: true },
  { type: 'play', source: sound, loop: 1, interruptible: 'dtmf', preemptible: false },
  { type: 'sendDigits', digits: '12w#' },
  { type: 'language', ttsLanguage: 'en-US', transcriptionLanguage: 'en-GB' },
  { type: 'end', handoffData: '{"reason":"done"}' },
].map((frame) => Buffer.from(JSON.stringify(frame)))
