/** What Chromium offers, shortened. @param changes lines of the audio section, by what they begin with; '' takes a line away */
export function chromiumOffer(changes: Readonly<Record<string, string>> = {}): string {
  const lines = [
    'v=0',
    'o=- 4611731400430051336 2 IN IP4 127.0.0.1',
    's=-',
    't=0 0',
    'a=group:BUNDLE 0',
    'm=audio 9 UDP/TLS/RTP/SAVPF 111 63 9 0 8 13 110 126',
    'c=IN IP4 0.0.0.0',
    'a=rtcp:9 IN IP4 0.0.0.0',
    'a=candidate:1 1 udp 2113937151 4bd3a4f0-9a1e.local 52000 typ host generation 0 network-cost 999',
    'a=ice-ufrag:Ab3d',
    'a=ice-pwd:0123456789abcdefghijkl',
    'a=ice-options:trickle',
    'a=fingerprint:sha-256 AA:BB',
    'a=setup:actpass',
    'a=mid:0',
    'a=sendrecv',
    'a=rtcp-mux',
    'a=rtpmap:111 opus/48000/2',
    'a=fmtp:111 minptime=10;useinbandfec=1',
    'a=rtpmap:63 red/48000/2',
    'a=rtpmap:110 telephone-event/48000',
    'a=rtpmap:126 telephone-event/8000',
    'a=ssrc:3735928559 cname:x',
    'a=ssrc:3735928559 msid:- track',
  ]
  const changed = lines.flatMap((line) => {
    const key = Object.keys(changes).find((begin) => line.startsWith(begin))
    return key === undefined ? [line] : changes[key] === '' ? [] : [changes[key]!]
  })
  return `${changed.join('\r\n')}\r\n`
}
