import { randomBytes } from 'node:crypto'
import { createSocket, type Socket } from 'node:dgram'
import type { AddressInfo } from 'node:net'
import { header, headers, readSip, type SipText, writeSip } from './sip-text.js'
import { until } from './wait.js'

export interface CallerOptions {
  /** Where SIP is sent: the relay, or a proxy before it. */
  readonly port: number
  readonly address?: string
  readonly dialled?: string
  /** Header lines of the INVITE beside the necessary ones. */
  readonly headers?: readonly string[]
  /** Whether the 200 to the INVITE is acknowledged. */
  readonly acknowledges?: boolean
  /** Whether requests of the relay's are answered with 200. */
  readonly answers?: boolean
  /** Default: PCMU. */
  readonly codec?: 'PCMU' | 'G722'
}

/** What one packet of the caller's carries. */
export interface RtpContent {
  readonly payload: Buffer
  /** Default: the codec's. */
  readonly type?: number
  readonly marker?: boolean
  /** Default: that of its place in the stream. */
  readonly timestamp?: number
}

/** Payload types; both run on a clock of 8 kHz (RFC 3551, 4.5.2). */
const codecs = { PCMU: { type: 0, silence: 0xff }, G722: { type: 9, silence: 0xfa } }
const eventType = 101
/** RTP timestamp units of 20 ms. */
const ticks = 160

/**
 * A caller that does exactly what a test says, over UDP: for what no well-behaved phone does. Sends silence, or
 * what `content` makes, at the pace of RTP while the call is up; repeats nothing by itself.
 */
export class SipCaller {
  readonly received: SipText[] = []
  /** Arrivals of RTP, ms. */
  readonly rtp: number[] = []
  readonly callId = `${token()}@test`
  /** Makes the packet of each 20 ms, by its place in the stream. */
  content: (index: number) => RtpContent = () => ({ payload: this.silence })
  /** Direction that its SDP names: `sendonly` and `inactive` hold the call. */
  direction: 'sendrecv' | 'sendonly' | 'inactive' = 'sendrecv'
  /** Gets the payload and the sequence number of each audio packet that comes. */
  heard: (payload: Buffer, sequence: number) => void = () => {}
  private readonly tag = token()
  private cseq = 1
  private branch = token()
  private sender: NodeJS.Timeout | undefined

  private constructor(
    private readonly options: Required<CallerOptions>,
    private readonly socket: Socket,
    private readonly media: Socket,
  ) {
    socket.on('message', (data) => this.receive(readSip(data.toString())))
    media.on('message', (packet) => {
      this.rtp.push(Date.now())
      if ((packet[1]! & 0x7f) === codecs[options.codec].type) {
        this.heard(packet.subarray(12), packet.readUInt16BE(2))
      }
    })
  }

  static async open(options: CallerOptions): Promise<SipCaller> {
    const full = {
      address: '127.0.0.1',
      dialled: '1000',
      headers: [],
      acknowledges: true,
      answers: true,
      codec: 'PCMU' as const,
      ...options,
    }
    return new SipCaller(full, await bound(full.address), await bound(full.address))
  }

  /** Opens a caller and dials. */
  static async dial(options: CallerOptions): Promise<SipCaller> {
    const caller = await SipCaller.open(options)
    caller.invite()
    return caller
  }

  invite(extra: readonly string[] = []): void {
    this.branch = token()
    this.send('INVITE', [...this.options.headers, ...extra, 'Content-Type: application/sdp'], this.sdp())
  }

  /** The same INVITE, or whatever was sent last, once more. */
  repeat(): void {
    this.post(this.last)
  }

  /** A further request of the call, in its dialog. */
  request(method: string, extra: readonly string[] = [], body = ''): void {
    this.cseq++
    this.branch = token()
    const offers = method === 'INVITE' || method === 'UPDATE'
    this.send(
      method,
      offers ? [...extra, 'Content-Type: application/sdp'] : extra,
      offers ? this.sdp() : body,
    )
  }

  /** Holds a key by RFC 4733: one packet every 20 ms, and the last one three times. Resolves when all are sent. */
  async press(event: number, ms: number): Promise<void> {
    const audio = this.content
    const packets = Math.round(ms / 20)
    await new Promise<void>((resolve) => {
      let start: number | undefined
      this.content = (index) => {
        start ??= index
        const sent = index - start + 1
        const payload = Buffer.from([event, sent > packets ? 0x8a : 0x0a, 0, 0])
        payload.writeUInt16BE(Math.min(sent, packets) * ticks, 2)
        if (sent === packets + 3) {
          this.content = audio
          resolve()
        }
        return { payload, type: eventType, marker: sent === 1, timestamp: start * ticks }
      }
    })
  }

  /** A final response to the last request of a method, waiting for it. */
  async final(method = 'INVITE', ms = 10_000): Promise<SipText> {
    const find = () =>
      this.received.findLast(
        ({ status, cseq }) => status >= 200 && cseq.method === method && cseq.number === this.cseq,
      )
    await until(() => find() !== undefined, `a final response to ${method}`, ms)
    return find()!
  }

  /** The `nth` request of the relay's of a method, waiting for it. */
  async asked(method: string, ms = 10_000): Promise<SipText> {
    const find = () => this.received.find((message) => message.method === method)
    await until(() => find() !== undefined, `a ${method} of the relay's`, ms)
    return find()!
  }

  /** Waits for the 200 to the INVITE. */
  async answered(ms = 10_000): Promise<SipText> {
    const final = await this.final('INVITE', ms)
    if (final.status !== 200) throw new Error(`the call was refused:\n${final.text}`)
    return final
  }

  /** Says BYE and waits for the answer. */
  async hangup(): Promise<void> {
    this.stopMedia()
    this.request('BYE')
    await this.final('BYE')
  }

  /** Sends anything from where its audio comes from. */
  sendMedia(packet: Buffer, port: number): Promise<void> {
    return new Promise((resolve) => this.media.send(packet, port, this.options.address, () => resolve()))
  }

  /** No more RTP. */
  stopMedia(): void {
    clearInterval(this.sender)
  }

  close(): void {
    this.stopMedia()
    this.socket.close()
    this.media.close()
  }

  private last = ''

  private receive(message: SipText): void {
    this.received.push(message)
    if (message.method) {
      if (this.options.answers && message.method !== 'ACK') this.answer(message)
      return
    }
    if (message.cseq.method !== 'INVITE' || message.status < 200) return
    if (message.status >= 300) this.acknowledge(message, this.branch)
    else if (this.options.acknowledges) {
      this.acknowledge(message, token())
      this.startMedia(message)
    }
  }

  private acknowledge(message: SipText, branch: string): void {
    if (!this.options.acknowledges) return
    const target = message.status < 300 ? this.target() : this.uri
    this.post(
      writeSip(`ACK ${target} SIP/2.0`, [
        ...this.common(branch, header(message.text, 'To')!),
        `CSeq: ${message.cseq.number} ACK`,
      ]),
    )
  }

  private answer(request: SipText): void {
    const copied = ['From', 'To', 'Call-ID', 'CSeq'].map((name) => `${name}: ${header(request.text, name)}`)
    const sdp = request.method === 'INVITE' || (request.method === 'UPDATE' && request.body !== '')
    const timer = header(request.text, 'Session-Expires')
    this.post(
      writeSip(
        'SIP/2.0 200 OK',
        [
          ...headers(request.text, 'Via').map((via) => `Via: ${via}`),
          ...copied,
          `Contact: <sip:caller@${this.host}>`,
          timer && `Session-Expires: ${timer}`,
          timer && 'Require: timer',
          sdp && 'Content-Type: application/sdp',
        ],
        sdp ? this.sdp() : '',
      ),
    )
  }

  private send(method: string, extra: readonly string[], body: string): void {
    const answer = this.received.findLast(({ status }) => status >= 200 && status < 300)
    const inDialog = method !== 'INVITE' || answer !== undefined
    this.last = writeSip(
      `${method} ${inDialog ? this.target() : this.uri} SIP/2.0`,
      [
        ...this.common(this.branch, (answer && header(answer.text, 'To')) ?? `<${this.uri}>`),
        `CSeq: ${this.cseq} ${method}`,
        `Contact: <sip:caller@${this.host}>`,
        ...extra,
      ],
      body,
    )
    this.post(this.last)
  }

  private common(branch: string, to: string): string[] {
    return [
      `Via: SIP/2.0/UDP ${this.host};branch=z9hG4bK${branch};rport`,
      'Max-Forwards: 70',
      `From: <sip:caller@${this.bracketed}>;tag=${this.tag}`,
      `To: ${to}`,
      `Call-ID: ${this.callId}`,
    ]
  }

  private target(): string {
    const answer = this.received.findLast(
      ({ status, cseq }) => status >= 200 && status < 300 && cseq.method === 'INVITE',
    )
    return /<([^>]+)>/.exec((answer && header(answer.text, 'Contact')) ?? '')?.[1] ?? this.uri
  }

  private get silence(): Buffer {
    return Buffer.alloc(160, codecs[this.options.codec].silence)
  }

  private get uri(): string {
    return `sip:${this.options.dialled}@${this.bracketed}:${this.options.port}`
  }

  private get bracketed(): string {
    return this.options.address.includes(':') ? `[${this.options.address}]` : this.options.address
  }

  private get host(): string {
    return `${this.bracketed}:${(this.socket.address() as AddressInfo).port}`
  }

  private sdp(): string {
    const family = this.options.address.includes(':') ? 'IP6' : 'IP4'
    const { port } = this.media.address() as AddressInfo
    return [
      'v=0',
      `o=- 1 1 IN ${family} ${this.options.address}`,
      's=-',
      `c=IN ${family} ${this.options.address}`,
      't=0 0',
      `m=audio ${port} RTP/AVP ${codecs[this.options.codec].type} ${eventType}`,
      `a=rtpmap:${codecs[this.options.codec].type} ${this.options.codec}/8000`,
      `a=rtpmap:${eventType} telephone-event/8000`,
      `a=${this.direction}`,
      '',
    ].join('\r\n')
  }

  private startMedia({ body }: SipText): void {
    const port = Number(/^m=audio (\d+)/m.exec(body)?.[1])
    if (this.sender || !port) return
    const header = Buffer.alloc(12)
    header[0] = 0x80
    header.writeUInt32BE(0x1234, 8)
    let sequence = 0
    const started = performance.now()
    this.sender = setInterval(() => {
      // As many as are due: a busy machine's timers are late.
      for (; sequence * 20 <= performance.now() - started; sequence++) {
        const { payload, type, marker, timestamp } = this.content(sequence)
        header[1] = (type ?? codecs[this.options.codec].type) | (marker ? 0x80 : 0)
        header.writeUInt16BE(sequence & 0xffff, 2)
        header.writeUInt32BE((timestamp ?? sequence * ticks) >>> 0, 4)
        this.media.send(Buffer.concat([header, payload]), port, this.options.address)
      }
    }, 20)
  }

  private post(text: string): void {
    this.socket.send(text, this.options.port, this.options.address)
  }
}

/** The SDP port that a message names for audio. */
export function audioPort({ body }: SipText): number {
  return Number(/^m=audio (\d+)/m.exec(body)?.[1])
}

async function bound(address: string): Promise<Socket> {
  const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4')
  await new Promise<void>((resolve) => socket.bind(0, address, resolve))
  return socket
}

function token(): string {
  return randomBytes(8).toString('hex')
}
