import { MessageChannel } from 'node:worker_threads'
import { describe, expect, it } from 'vitest'
import { channelPorts } from '../../src/rtp/index.js'

describe('packets over a channel', () => {
  it('go both ways, as copies, until closed', async () => {
    const { port1, port2 } = new MessageChannel()
    const ports = channelPorts(port1)
    const got: number[][] = []
    const sent: number[][] = []
    ports.rtp.onPacket((packet) => got.push([...packet]))
    port2.on('message', (packet: Uint8Array) => sent.push([...packet]))
    const buffer = new Uint8Array([1, 2, 3, 4])
    ports.rtp.send(buffer, 3, { address: 'anywhere', port: 1 })
    buffer.fill(9)
    port2.postMessage(new Uint8Array([7, 8]))
    await expect.poll(() => [got, sent]).toEqual([[[7, 8]], [[1, 2, 3]]])
    const closed = new Promise((resolve) => port2.once('close', resolve))
    await ports.close()
    ports.rtp.send(buffer, 3, { address: 'anywhere', port: 1 })
    await closed
    expect(sent).toHaveLength(1)
  })
})
