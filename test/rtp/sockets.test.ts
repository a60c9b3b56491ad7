import { afterEach, describe, expect, it } from 'vitest'
import { bindUdp, type MediaSocket, type PortPair, RtpPortPool } from '../../src/rtp/index.js'
import { FakeSocket } from './support.js'

const open: { close(): Promise<void> }[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()))
})

function keep<T extends { close(): Promise<void> }>(one: T): T {
  open.push(one)
  return one
}

function nextPacket(socket: MediaSocket): Promise<{ text: string; address: string; port: number }> {
  return new Promise((resolve) => {
    socket.onPacket((packet, from) =>
      resolve({ text: Buffer.from(packet).toString(), address: from.address, port: from.port }),
    )
  })
}

describe('bindUdp', () => {
  it.each(['127.0.0.1', '::1'])('carries packets both ways on %s', async (address) => {
    const a = keep(await bindUdp(address, 0))
    const b = keep(await bindUdp(address, 0))
    const arrived = nextPacket(b)
    a.send(Buffer.from('hello, world'), 5, b.local)
    expect(await arrived).toEqual({ text: 'hello', address, port: a.local.port })
    const answered = nextPacket(a)
    b.send(Buffer.from('back'), 4, { address, port: a.local.port })
    expect(await answered).toMatchObject({ text: 'back' })
  })

  it('reaches IPv4 from a socket of both families, and names it plainly', async () => {
    const both = keep(await bindUdp('::', 0))
    const v4 = keep(await bindUdp('127.0.0.1', 0))
    const arrived = nextPacket(v4)
    both.send(Buffer.from('x'), 1, v4.local)
    await arrived
    const answered = nextPacket(both)
    v4.send(Buffer.from('y'), 1, { address: '127.0.0.1', port: both.local.port })
    expect(await answered).toEqual({ text: 'y', address: '127.0.0.1', port: v4.local.port })
  })

  it('survives what cannot be sent, and sending after the end', async () => {
    const socket = await bindUdp('127.0.0.1', 0)
    socket.send(Buffer.alloc(4), 4, { address: '127.0.0.1', port: 0 })
    socket.send(Buffer.alloc(4), 4, { address: '127.0.0.1', port: 70_000 })
    await socket.close()
    socket.send(Buffer.alloc(4), 4, { address: '127.0.0.1', port: 9 })
    await socket.close()
    expect(socket.sendErrors).toBe(0)
  })
})

describe('RtpPortPool', () => {
  it('opens even and odd pairs, skips ports in use, and frees them again', async () => {
    const taken = keep(await bindUdp('127.0.0.1', 31_002))
    const pool = new RtpPortPool({ from: 31_001, to: 31_007, random: () => 0 })
    const first = keep(await pool.open('127.0.0.1'))
    const second = keep(await pool.open('127.0.0.1'))
    expect([first, second].map((pair: PortPair) => [pair.rtp.local.port, pair.rtcp.local.port])).toEqual([
      [31_004, 31_005],
      [31_006, 31_007],
    ])
    await expect(pool.open('127.0.0.1')).rejects.toMatchObject({ code: 'rtp_ports_exhausted' })
    await taken.close()
    const third = keep(await pool.open('127.0.0.1'))
    expect(third.rtp.local.port).toBe(31_002)
    await second.close()
    expect(keep(await pool.open('127.0.0.1')).rtp.local.port).toBe(31_006)
  })

  it('gives the RTP port back when its RTCP port is busy', async () => {
    const closed: number[] = []
    const pool = new RtpPortPool({
      from: 20_000,
      to: 20_003,
      random: () => 0,
      bind: async (_address, port) => {
        if (port === 20_001) throw Object.assign(new Error('busy'), { code: 'EADDRINUSE' })
        const socket = new FakeSocket()
        return Object.assign(socket, {
          local: { address: '192.0.2.1', port },
          close: async () => {
            closed.push(port)
          },
        })
      },
    })
    const pair = await pool.open('192.0.2.1')
    expect(pair.rtp.local.port).toBe(20_002)
    expect(closed).toEqual([20_000])
    expect(pool.size).toBe(1)
    await pair.close()
    expect(pool.size).toBe(0)
  })

  it('says so when the address is not one of this machine', async () => {
    const pool = new RtpPortPool({ from: 31_010, to: 31_013 })
    await expect(pool.open('192.0.2.77')).rejects.toMatchObject({ code: 'rtp_bind_failed' })
    expect(pool.size).toBe(0)
  })
})
