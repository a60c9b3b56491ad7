import { describe, expect, it } from 'vitest'
import { offeredCodecs } from '../../../src/sip/index.js'

function offer(...media: string[]): string {
  return ['v=0', 'o=- 1 1 IN IP4 192.0.2.1', 's=-', 'c=IN IP4 192.0.2.1', 't=0 0', ...media, ''].join('\r\n')
}

describe('the codecs of an offer', () => {
  it('are those of the audio line in its order, known here or not, with and without a name', () => {
    const sdp = offer(
      'm=audio 4000 RTP/AVP 96 9 0 18 97 101 13',
      'a=rtpmap:96 opus/48000/2',
      'a=rtpmap:97 iLBC/8000',
      'a=rtpmap:101 telephone-event/8000',
      'a=rtpmap:13 CN/8000',
      'm=video 4002 RTP/AVP 98',
      'a=rtpmap:98 H264/90000',
    )
    expect(offeredCodecs(sdp)).toEqual(['opus', 'G722', 'PCMU', 'G729', 'iLBC'])
  })

  it('are none where there is no audio, or no SDP', () => {
    expect(offeredCodecs(offer('m=audio 0 RTP/AVP 0'))).toEqual([])
    expect(offeredCodecs(offer('m=video 4002 RTP/AVP 98'))).toEqual([])
    expect(offeredCodecs('hello')).toEqual([])
  })
})
