import { MediaStreamTrack, RTCPeerConnection, RtpPacket } from 'werift'
import { createCodec } from '../../../src/audio/index.js'
import type { Pcm } from './speech.js'

/** A WebRTC peer of another make (werift), which calls by WHIP, says nothing, and keeps what it hears. */
export class WebPeer {
  private readonly samples: number[] = []
  private location = ''

  private constructor(
    private readonly connection: RTCPeerConnection,
    private readonly url: string,
    private readonly stop: () => void,
  ) {}

  static async call(url: string, headers: Record<string, string>): Promise<WebPeer> {
    const connection = new RTCPeerConnection({
      iceServers: [],
      iceAdditionalHostAddresses: ['127.0.0.1'],
      iceUseIpv6: false,
    })
    const track = new MediaStreamTrack({ kind: 'audio' })
    const { onTrack } = connection.addTransceiver(track, { direction: 'sendrecv' })
    const codec = createCodec('opus')
    let sequence = 0
    const payload = new Uint8Array(640)
    const timer = setInterval(() => {
      const bytes = codec.encode(new Int16Array(320), payload)
      track.writeRtp(opusPacket(sequence++, payload.subarray(0, bytes)))
    }, 20)
    const peer = new WebPeer(connection, url, () => {
      clearInterval(timer)
      codec.close()
    })
    const pcm = new Int16Array(1920)
    onTrack.subscribe((heard) =>
      heard.onReceiveRtp.subscribe(({ payload: data }) => {
        for (const sample of pcm.subarray(0, codec.decode(data, pcm))) peer.samples.push(sample)
      }),
    )
    await connection.setLocalDescription(await connection.createOffer())
    const response = await fetch(`${url}/v1/webrtc/calls`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/sdp' },
      body: connection.localDescription!.sdp,
    })
    if (response.status !== 201) throw new Error(`${response.status} ${await response.text()}`)
    peer.location = response.headers.get('location')!
    await connection.setRemoteDescription({ type: 'answer', sdp: await response.text() })
    return peer
  }

  /** Of sound that has come. */
  get seconds(): number {
    return this.samples.length / 16_000
  }

  heard(): Pcm {
    return { sampleRate: 16_000, samples: Int16Array.from(this.samples) }
  }

  async hangup(): Promise<void> {
    await fetch(this.url + this.location, { method: 'DELETE' })
  }

  async close(): Promise<void> {
    this.stop()
    await this.connection.close()
  }
}

function opusPacket(sequence: number, payload: Uint8Array): RtpPacket {
  const header = Buffer.alloc(12)
  header[0] = 0x80
  header[1] = 96
  header.writeUInt16BE(sequence & 0xffff, 2)
  header.writeUInt32BE(sequence * 960, 4)
  header.writeUInt32BE(1, 8)
  return RtpPacket.deSerialize(Buffer.concat([header, payload]))
}
