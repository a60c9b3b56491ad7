import { describe, expect, it } from 'vitest'
import { emptyRtpHeader, isRtcp, parseRtp, writeRtpHeader } from '../../src/rtp/packet.js'

function parse(bytes: number[]) {
  const header = emptyRtpHeader()
  return parseRtp(Uint8Array.from(bytes), header) ? header : undefined
}

const fixed = [0x80, 0x80, 0x12, 0x34, 0xff, 0xff, 0xff, 0xfe, 0x80, 0, 0, 1]

describe('parseRtp', () => {
  it('reads back what writeRtpHeader wrote', () => {
    const packet = new Uint8Array(15)
    writeRtpHeader(packet, 101, true, 65_535, 0xfffffff0, 0xdeadbeef)
    const header = emptyRtpHeader()
    expect(parseRtp(packet, header)).toBe(true)
    expect(header).toEqual({
      payloadType: 101,
      marker: true,
      sequence: 65_535,
      timestamp: 0xfffffff0,
      ssrc: 0xdeadbeef,
      payloadStart: 12,
      payloadEnd: 15,
    })
  })

  it('steps over contributing sources, extension and padding', () => {
    const packet = [...fixed, 1, 1, 1, 1, 2, 2, 2, 2, 0xbe, 0xde, 0, 1, 9, 9, 9, 9, 70, 71, 72, 0, 0, 3]
    packet[0] = 0x80 | 0x20 | 0x10 | 2
    expect(parse(packet)).toMatchObject({ payloadStart: 28, payloadEnd: 31 })
  })

  it.each([
    ['too short', fixed.slice(0, 11)],
    ['another version', [0x40, ...fixed.slice(1)]],
    ['sources missing', [0x8f, ...fixed.slice(1)]],
    ['extension header missing', [0x90, ...fixed.slice(1), 0, 0]],
    ['extension missing', [0x90, ...fixed.slice(1), 0xbe, 0xde, 0xff, 0xff]],
    ['padding of none', [0xa0, ...fixed.slice(1), 1, 0]],
    ['padding beyond the payload', [0xa0, ...fixed.slice(1), 1, 3]],
    ['empty', []],
  ])('refuses %s', (_, bytes) => {
    expect(parse(bytes)).toBeUndefined()
  })

  it('takes an empty payload', () => {
    expect(parse(fixed)).toMatchObject({ payloadStart: 12, payloadEnd: 12 })
  })
})

describe('isRtcp', () => {
  it('tells reports from audio with a marker', () => {
    expect(isRtcp(Uint8Array.from([0x80, 200, 0, 1, 0, 0, 0, 0]))).toBe(true)
    expect(isRtcp(Uint8Array.from([0x80, 0x80, 0, 1, 0, 0, 0, 0]))).toBe(false)
    expect(isRtcp(Uint8Array.from([0x80, 0x80 | 111, 0, 1, 0, 0, 0, 0]))).toBe(false)
  })
})
