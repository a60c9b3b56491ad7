import type { MessagePort } from 'node:worker_threads'
import type { Endpoint, MediaSocket } from './media-socket.js'
import type { PortPair } from './port-pool.js'

/** Whoever is at the other end of a channel: there is one peer, and no choice where packets go. */
const peer: Endpoint = { address: 'peer', port: 1 }

/**
 * A leg's packets over a channel instead of UDP: to a peer connection, which has a transport of its own and may live in
 * another thread. RTCP goes the way of RTP (rtcp-mux).
 */
export function channelPorts(channel: MessagePort): PortPair {
  let open = true
  const close = async (): Promise<void> => {
    open = false
    channel.close()
  }
  const rtp: MediaSocket = {
    local: peer,
    sendErrors: 0,
    send(packet, length) {
      if (open) channel.postMessage(packet.slice(0, length))
    },
    onPacket(handler) {
      channel.removeAllListeners('message')
      channel.on('message', (packet: Uint8Array) => handler(packet, peer))
    },
    close,
  }
  return { rtp, rtcp: { ...rtp, send() {}, onPacket() {} }, close }
}
