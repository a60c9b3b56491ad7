import { MessageChannel, type MessagePort } from 'node:worker_threads'
import type { Peer } from './peer.js'

/**
 * Joins a leg, which may live in another thread, with the peer connection that its party has now. Another connection may
 * take over at any time: the leg does not notice.
 */
export class PeerPipe {
  /** The leg's end; to be transferred to where the leg lives. */
  readonly legEnd: MessagePort
  private readonly ownEnd: MessagePort
  private peer: Peer | undefined

  constructor() {
    const { port1, port2 } = new MessageChannel()
    this.ownEnd = port1
    this.legEnd = port2
    port1.on('message', (packet: Uint8Array) => this.peer?.send(packet))
  }

  /** Packets go to this peer from now on, in place of another. */
  use(peer: Peer): void {
    const before = this.peer
    this.peer = peer
    before?.close()
  }

  /** The peer that packets come from; others are not heard. */
  received(packet: Uint8Array): void {
    this.ownEnd.postMessage(packet)
  }

  close(): void {
    this.peer?.close()
    this.peer = undefined
    this.ownEnd.close()
  }
}
