import { describe, expect, it } from 'vitest'
import { rms } from '../../src/audio/index.js'
import { SimulatedClock } from '../../src/base/simulated-clock.js'
import { RtpLeg } from '../../src/legs/index.js'
import { Pacer, RtpPortPool } from '../../src/rtp/index.js'
import { speechLike } from '../rtp/support.js'

describe('RtpLeg over real sockets', () => {
  it.each([
    ['127.0.0.1', true],
    ['::1', false],
  ])('carries speech and keys on %s (rtcp-mux %s)', async (address, rtcpMux) => {
    const clock = new SimulatedClock(1_700_000_000_000)
    const pacer = new Pacer({ clock })
    const pool = new RtpPortPool()
    const pairs = [await pool.open(address), await pool.open(address)] as const
    const [caller, agent] = [0, 1].map((own) => {
      const other = pairs[1 - own]!
      return new RtpLeg({
        id: String(own),
        media: {
          codec: 'G722',
          payloadType: 9,
          receivePayloadType: 9,
          telephoneEvent: { payloadType: 101, receivePayloadType: 101, clockRate: 8000 },
          remote: other.rtp.local,
          remoteRtcp: rtcpMux ? other.rtp.local : other.rtcp.local,
          rtcpMux,
          ptimeMs: 20,
          direction: 'sendrecv',
        },
        ports: pairs[own]!,
        clock,
        pacer,
      })
    }) as [RtpLeg, RtpLeg]
    const speech = speechLike(3, 16_000)
    let at = 0
    caller.attach(
      { frame: () => {}, digit: () => {}, gone: () => {} },
      {
        pull: (frame) => {
          frame.set(speech.subarray(at, at + frame.length))
          at += frame.length
          return true
        },
      },
    )
    const heard: number[] = []
    let digits = ''
    agent.attach(
      {
        frame: (frame) => heard.push(...frame),
        digit: (digit) => {
          digits += digit
        },
        gone: () => {},
      },
      { pull: () => false },
    )
    // Between the steps the event loop turns, and the packets pass through the system.
    await clock.run(2000)
    caller.sendDigits('42#', new AbortController().signal)
    await clock.run(900)
    expect(digits).toBe('42#')
    expect(rms(Int16Array.from(heard.slice(16_000, 32_000)))).toBeGreaterThan(0.6 * rms(speech))
    expect(agent.stats().received.packets).toBeGreaterThan(130)
    await Promise.all([caller.close(), agent.close()])
    expect(pool.size).toBe(0)
  })
})
