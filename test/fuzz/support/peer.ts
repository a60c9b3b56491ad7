import { createSocket, type Socket } from 'node:dgram'
import { header, headers, readSip, type SipText, writeSip } from '../../e2e/support/sip-text.js'
import { until } from '../../e2e/support/wait.js'

/** The other end of what fuzz begins: acknowledges answers and answers requests, so that calls begin and end. */
export class Peer {
  private readonly alive = new Set<string>()

  private constructor(
    private readonly socket: Socket,
    private readonly relayPort: number,
  ) {
    socket.on('message', (data) => this.hear(readSip(data.toString('latin1'))))
  }

  static async open(relayPort: number): Promise<Peer> {
    const socket = createSocket('udp4')
    await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve))
    return new Peer(socket, relayPort)
  }

  get port(): number {
    return this.socket.address().port
  }

  send(message: Buffer | string): Promise<void> {
    return new Promise((resolve) => this.socket.send(message, this.relayPort, '127.0.0.1', () => resolve()))
  }

  /** Waits until the relay has answered an OPTIONS, and with it has read all that was sent before. */
  async answered(id: string): Promise<void> {
    const callId = `alive-${id.replaceAll(' ', '-')}`
    const options = writeSip('OPTIONS sip:127.0.0.1 SIP/2.0', [
      `Via: SIP/2.0/UDP 127.0.0.1:${this.port};branch=z9hG4bK-${callId};rport`,
      'Max-Forwards: 70',
      'From: <sip:alive@127.0.0.1>;tag=alive',
      'To: <sip:127.0.0.1>',
      `Call-ID: ${callId}`,
      'CSeq: 1 OPTIONS',
    ])
    // UDP may lose it, so it is sent again, as RFC 3261 has it.
    const again = setInterval(() => this.send(options), 500)
    try {
      await this.send(options)
      await until(() => this.alive.has(callId), `the relay to answer ${id}`, 15_000)
    } finally {
      clearInterval(again)
    }
  }

  close(): void {
    this.socket.close()
  }

  private hear({ text, method, status, cseq, callId }: SipText): void {
    const copied = ['From', 'To', 'Call-ID'].map((name) => `${name}: ${header(text, name)}`)
    if (method) {
      const vias = headers(text, 'Via').map((via) => `Via: ${via}`)
      this.send(writeSip('SIP/2.0 200 OK', [...vias, ...copied, `CSeq: ${header(text, 'CSeq')}`]))
    } else if (cseq.method === 'INVITE' && status >= 200) {
      // The ACK of a refusal belongs to the INVITE's transaction, that of a 200 is one of its own (RFC 3261 §17.1.1.3).
      const own = `SIP/2.0/UDP 127.0.0.1:${this.port};branch=z9hG4bK-ack-${callId.length};rport`
      const via = `Via: ${status >= 300 ? header(text, 'Via') : own}`
      this.send(
        writeSip('ACK sip:127.0.0.1 SIP/2.0', [
          via,
          ...copied,
          'Max-Forwards: 70',
          `CSeq: ${cseq.number} ACK`,
        ]),
      )
    } else if (status === 200 && callId.startsWith('alive-')) this.alive.add(callId)
  }
}
