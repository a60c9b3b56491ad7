import { type CodecName, createCodec } from '../../../src/audio/index.js'
import { SimulatedClock } from '../../../src/base/simulated-clock.js'
import { RtpLeg } from '../../../src/legs/index.js'
import type { MediaCommand, MediaEvent, Speech } from '../../../src/media/index.js'
import { MediaPlane } from '../../../src/media/plane.js'
import { Pacer, type PortPair } from '../../../src/rtp/index.js'
import { emptyRtpHeader, parseRtp } from '../../../src/rtp/packet.js'
import type { DialApp } from '../../../src/session/index.js'
import type { NegotiatedMedia } from '../../../src/sip/index.js'
import { createEnergyDetector } from '../../../src/speech/index.js'
import { media, Network } from '../../legs/support.js'
import { seeded } from '../../rtp/support.js'
import { FakeEngine, type FakeVoice } from '../../session/speaking/fake-speech.js'
import { FakeStt } from '../../session/support/rig.js'

/** A telephone at the other end of a leg. Speaks `say` in a loop, or nothing; keeps all that comes over the wire. */
export class Phone {
  readonly leg: RtpLeg
  /** Samples of all packets in the order of their coming, without a jitter buffer. */
  readonly heard: number[] = []
  readonly payloads: Uint8Array[] = []
  /** Payloads of audio that the phone has sent. */
  readonly sent: Uint8Array[] = []
  /** Times of the clock of `payloads` and `sent`. */
  readonly heardAt: number[] = []
  readonly sentAt: number[] = []
  digits = ''
  say: Int16Array = new Int16Array(0)
  private at = 0

  constructor(
    id: string,
    media: NegotiatedMedia,
    network: Network,
    private readonly clock: SimulatedClock,
    pacer: Pacer,
  ) {
    const ports = this.tapped(network.ports(id), media)
    this.leg = new RtpLeg({ id, media, ports, clock, pacer, random: seeded(id.length + id.charCodeAt(0)) })
    this.leg.attach(
      {
        frame: () => {},
        digit: (digit) => {
          this.digits += digit
        },
        gone: () => {},
      },
      {
        pull: (frame) => {
          if (this.say.length === 0) return false
          for (let i = 0; i < frame.length; i++) frame[i] = this.say[(this.at + i) % this.say.length]!
          this.at += frame.length
          return true
        },
      },
    )
  }

  /** What was heard from `ms` before now on. */
  recent(ms: number): Int16Array {
    return Int16Array.from(this.heard.slice(-(ms * this.leg.sampleRate) / 1000))
  }

  private tapped(ports: PortPair, { codec, receivePayloadType }: NegotiatedMedia): PortPair {
    const { rtp } = ports
    const decoder = createCodec(codec)
    const header = emptyRtpHeader()
    const pcm = new Int16Array(1920)
    const onPacket: typeof rtp.onPacket = (handler) =>
      rtp.onPacket((packet, from) => {
        if (parseRtp(packet, header) && header.payloadType === receivePayloadType) {
          const payload = packet.slice(header.payloadStart, header.payloadEnd)
          this.payloads.push(payload)
          this.heardAt.push(this.clock.now())
          for (const sample of pcm.subarray(0, decoder.decode(payload, pcm))) this.heard.push(sample)
        }
        handler(packet, from)
      })
    const send: typeof rtp.send = (packet, length, to) => {
      if (parseRtp(packet.subarray(0, length), header) && header.payloadType === receivePayloadType) {
        this.sent.push(packet.slice(header.payloadStart, header.payloadEnd))
        this.sentAt.push(this.clock.now())
      }
      rtp.send(packet, length, to)
    }
    return { ...ports, rtp: { ...rtp, onPacket, send } }
  }
}

/** A media plane in simulated time, with a network and phones in the process. */
export class PlaneRig {
  readonly events: MediaEvent[] = []
  readonly stt = new FakeStt()
  readonly engine: FakeEngine
  /** Dials the apps of media streams. */
  dial: DialApp = () => ({ buffered: 0, send() {}, close() {} })
  plane!: MediaPlane
  private readonly pacer: Pacer
  private readonly network: Network

  private constructor(
    readonly clock: SimulatedClock,
    voice: FakeVoice,
    jitterMs: number,
  ) {
    this.network = new Network(clock, 0, jitterMs)
    this.pacer = new Pacer({ clock })
    this.engine = new FakeEngine(clock, voice)
  }

  /** @param jitterMs that packets come late, more or less */
  static async start(voice: FakeVoice = {}, jitterMs = 0): Promise<PlaneRig> {
    const clock = new SimulatedClock(1_700_000_000_000)
    const rig = new PlaneRig(clock, voice, jitterMs)
    const speech: Speech = {
      resolveTts: ({ voice, language }) => ({ engine: rig.engine, voice, language }),
      resolveStt: ({ language }) => ({ engine: rig.stt, language }),
      detector: createEnergyDetector(),
      describe: () => [],
      close: async () => {},
    }
    rig.plane = await MediaPlane.start(
      {
        rtpPorts: { from: 0, to: 0 },
        rtpTimeoutMs: 10_000,
        jitter: { minMs: 20, maxMs: 200 },
        priority: 'normal',
        limits: { connectTimeoutMs: 1000, pingIntervalMs: 1000, sessionMs: 60_000, frameBytes: 1000 },
        speech: { stt: 'auto', tts: 'auto' },
        authToken: 'token',
      },
      (event) => rig.events.push(event),
      async () => speech,
      {
        clock,
        openPorts: async (address) => rig.network.ports(address),
        dial: (address, listener) => rig.dial(address, listener),
      },
    )
    return rig
  }

  /** Opens a leg of that name with a phone at its other end. */
  async call(
    leg: string,
    codec: CodecName = 'PCMU',
    { answered = true, changes = {} as Partial<NegotiatedMedia> } = {},
  ): Promise<Phone> {
    const phone = this.phone(leg, codec, changes)
    this.send({ type: 'open-leg', leg, address: `${leg}.plane`, media: media(codec, leg, changes) })
    await this.run(0)
    if (answered) this.send({ type: 'leg-answered', leg })
    return phone
  }

  /** A phone that a leg of that name can be opened for. */
  phone(leg: string, codec: CodecName, changes: Partial<NegotiatedMedia> = {}): Phone {
    return new Phone(leg, media(codec, `${leg}.plane`, changes), this.network, this.clock, this.pacer)
  }

  send(command: MediaCommand): void {
    this.plane.handle(command)
  }

  async run(ms: number): Promise<void> {
    await new Promise<void>((resolve) => setImmediate(resolve))
    await this.clock.run(ms, 5)
    await new Promise<void>((resolve) => setImmediate(resolve))
  }

  /** Events of these types, as compact strings without the type's own fields that are empty. */
  told(...types: MediaEvent['type'][]): string[] {
    return this.events
      .filter(({ type }) => types.includes(type))
      .map((event) =>
        Object.values(event)
          .filter((value) => value !== '' && value !== undefined)
          .join(' '),
      )
  }
}

/** What a codec makes of a steady level: what is heard when that is spoken. */
export function through(codec: CodecName, level: number): number {
  const coder = createCodec(codec)
  const payload = new Uint8Array(400)
  const pcm = new Int16Array(1920)
  const bytes = coder.encode(new Int16Array(coder.sampleRate / 50).fill(level), payload)
  coder.decode(payload.subarray(0, bytes), pcm)
  coder.close()
  return pcm[0]!
}
