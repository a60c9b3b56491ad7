import type { SrtpKeys } from '../../sip/index.js'
import type { Endpoint, MediaSocket } from '../media-socket.js'
import { isRtcp } from '../packet.js'
import { SrtpReceiver } from './srtp-receiver.js'
import { SrtpSender } from './srtp-sender.js'

type PacketHandler = (packet: Uint8Array, from: Endpoint) => void

/**
 * A stream's pair of sockets as they are used in the clear, whether or not what passes is encrypted. With keys, packets
 * that are not authentic do not arrive. Buffers handed to `send` need `srtpRoomBytes` behind the packet and are changed.
 */
export class SecureSockets {
  readonly rtp: MediaSocket
  readonly rtcp: MediaSocket
  /** Packets that were not authentic, or came twice. */
  rejected = 0
  private keys: SrtpKeys | undefined
  private sender: SrtpSender | undefined
  /** All there were: one that comes back must go on counting, since to encrypt twice with one index betrays both. */
  private readonly senders = new Map<string, SrtpSender>()
  private receiver: SrtpReceiver | undefined

  constructor(sockets: { readonly rtp: MediaSocket; readonly rtcp: MediaSocket }) {
    this.rtp = this.secured(sockets.rtp)
    this.rtcp = this.secured(sockets.rtcp)
  }

  /** Goes on with these keys, or without any. What has not changed keeps its state. */
  use(keys: SrtpKeys | undefined): void {
    const { keys: old } = this
    this.keys = keys
    if (!keys) {
      this.sender = undefined
      this.receiver = undefined
      return
    }
    const { suite, localKey, remoteKey } = keys
    const name = `${suite} ${localKey}`
    this.sender = this.senders.get(name) ?? new SrtpSender(suite, localKey)
    this.senders.set(name, this.sender)
    if (suite !== old?.suite || remoteKey !== old.remoteKey) {
      this.receiver = new SrtpReceiver(suite, remoteKey, this.receiver)
    }
  }

  private secured(socket: MediaSocket): MediaSocket {
    return {
      local: socket.local,
      get sendErrors() {
        return socket.sendErrors
      },
      send: (packet, length, to) => socket.send(packet, this.protect(packet, length), to),
      onPacket: (handler) => socket.onPacket((packet, from) => this.arrived(packet, from, handler)),
      close: () => socket.close(),
    }
  }

  private protect(packet: Uint8Array, length: number): number {
    const { sender } = this
    if (!sender) return length
    return isRtcp(packet) ? sender.protectRtcp(packet, length) : sender.protectRtp(packet, length)
  }

  private arrived(packet: Uint8Array, from: Endpoint, handler: PacketHandler): void {
    const { receiver } = this
    if (!receiver) {
      handler(packet, from)
      return
    }
    const length = isRtcp(packet) ? receiver.unprotectRtcp(packet) : receiver.unprotectRtp(packet)
    if (length < 0) this.rejected++
    else handler(packet.subarray(0, length), from)
  }
}
