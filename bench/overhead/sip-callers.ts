import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'

/** A call that was answered. */
export interface Dialog {
  /** Where the relay wants this call's RTP. */
  readonly rtpPort: number
  hangup(): Promise<void>
}

interface Transaction {
  readonly method: string
  readonly done: (response: string) => void
}

/** ms after which a request that nobody answered has failed. */
const PATIENCE_MS = 10_000

/** Callers of the plainest kind, over one UDP socket: INVITE, ACK and BYE by template (RFC 3261), PCMU in SDP. */
export class SipCallers {
  /** Calls that the relay ended by itself. */
  lost = 0
  private readonly transactions = new Map<string, Transaction>()
  private serial = 0

  private constructor(
    private readonly socket: Socket,
    private readonly port: number,
    private readonly relayPort: number,
    private readonly rtpPort: number,
  ) {
    socket.on('message', (data) => this.received(data.toString('latin1')))
  }

  /** @param rtpPort where the callers want RTP */
  static async open(relayPort: number, rtpPort: number): Promise<SipCallers> {
    const socket = createSocket('udp4')
    socket.bind(0, '127.0.0.1')
    await once(socket, 'listening')
    return new SipCallers(socket, socket.address().port, relayPort, rtpPort)
  }

  /**
   * Calls the relay. Resolves when it has answered.
   * @throws Error when it refuses
   */
  async call(from: string): Promise<Dialog> {
    const id = `${++this.serial}-${this.port}-bench`
    const sdp = this.offer()
    const base = { id, from: `<sip:${from}@127.0.0.1>;tag=${this.serial}` }
    const to = `<sip:1000@127.0.0.1:${this.relayPort}>`
    const target = `sip:1000@127.0.0.1:${this.relayPort}`
    const answer = await this.request({ ...base, method: 'INVITE', target, to, sequence: 1, body: sdp })
    const status = /^SIP\/2\.0 (\d+ .*)/.exec(answer)?.[1] ?? 'no answer'
    if (!status.startsWith('200')) throw new Error(`call ${from} was refused: ${status}`)
    const dialog = {
      ...base,
      to: header(answer, 'To'),
      target: /<([^>]+)>/.exec(header(answer, 'Contact'))?.[1] ?? target,
    }
    this.send({ ...dialog, method: 'ACK', sequence: 1, branch: `${id}-ack` })
    const hangup = async () => {
      await this.request({ ...dialog, method: 'BYE', sequence: 2 })
    }
    return { rtpPort: Number(/^m=audio (\d+)/m.exec(answer)?.[1]), hangup }
  }

  close(): void {
    this.socket.close()
  }

  private request(request: Omit<Request, 'branch'>): Promise<string> {
    const branch = `${request.id}-${request.sequence}`
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.transactions.delete(branch)
        reject(new Error(`no final answer to ${request.method} within ${PATIENCE_MS} ms`))
      }, PATIENCE_MS)
      const done = (response: string) => {
        clearTimeout(timer)
        resolve(response)
      }
      this.transactions.set(branch, { method: request.method, done })
      this.send({ ...request, branch })
    })
  }

  private send({ method, target, from, to, id, sequence, branch, body = '' }: Request): void {
    const lines = [
      `${method} ${target} SIP/2.0`,
      `Via: SIP/2.0/UDP 127.0.0.1:${this.port};branch=z9hG4bK${branch};rport`,
      'Max-Forwards: 70',
      `From: ${from}`,
      `To: ${to}`,
      `Call-ID: ${id}`,
      `CSeq: ${sequence} ${method}`,
      `Contact: <sip:127.0.0.1:${this.port}>`,
      ...(body ? ['Content-Type: application/sdp'] : []),
      `Content-Length: ${body.length}`,
      '',
      body,
    ]
    this.socket.send(lines.join('\r\n'), this.relayPort, '127.0.0.1')
  }

  private received(text: string): void {
    if (!text.startsWith('SIP/2.0 ')) return this.requested(text)
    if (text.startsWith('SIP/2.0 1')) return
    const branch = /branch=z9hG4bK([^;\s]+)/.exec(text)?.[1] ?? ''
    const transaction = this.transactions.get(branch)
    this.transactions.delete(branch)
    transaction?.done(text)
  }

  /** The relay asks for something: only BYE is to be expected, and not that either. */
  private requested(text: string): void {
    const copied = ['Via', 'From', 'To', 'Call-ID', 'CSeq'].map((name) => `${name}: ${header(text, name)}`)
    if (text.startsWith('BYE ')) this.lost++
    if (text.startsWith('ACK ')) return
    const lines = ['SIP/2.0 200 OK', ...copied, 'Content-Length: 0', '', '']
    this.socket.send(lines.join('\r\n'), this.relayPort, '127.0.0.1')
  }

  private offer(): string {
    return [
      'v=0',
      'o=- 1 1 IN IP4 127.0.0.1',
      's=-',
      'c=IN IP4 127.0.0.1',
      't=0 0',
      `m=audio ${this.rtpPort} RTP/AVP 0 101`,
      'a=rtpmap:0 PCMU/8000',
      'a=rtpmap:101 telephone-event/8000',
      'a=ptime:20',
      '',
    ].join('\r\n')
  }
}

interface Request {
  readonly method: string
  readonly target: string
  readonly from: string
  readonly to: string
  readonly id: string
  readonly sequence: number
  readonly branch: string
  readonly body?: string
}

function header(message: string, name: string): string {
  return new RegExp(`^${name}: *(.*?)\r?$`, 'im').exec(message)?.[1] ?? ''
}
