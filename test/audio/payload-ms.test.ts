import { expect, it } from 'vitest'
import { createCodec, payloadMs } from '../../src/audio/index.js'

it('knows how long a payload lasts', () => {
  const out = new Uint8Array(400)
  for (const name of ['PCMU', 'PCMA', 'G722', 'opus'] as const) {
    const codec = createCodec(name)
    const bytes = codec.encode(new Int16Array(codec.sampleRate / 50).fill(900), out)
    expect(payloadMs(name, out.subarray(0, bytes))).toBe(20)
    codec.close()
  }
  expect(payloadMs('PCMU', new Uint8Array(240))).toBe(30)
})

it('reads Opus by its first bytes (RFC 6716 §3.1)', () => {
  const opus = (...bytes: number[]) => payloadMs('opus', Uint8Array.from(bytes))
  const head = (config: number, code: number) => (config << 3) | code
  expect(opus(head(3, 0))).toBe(60)
  expect(opus(head(13, 1))).toBe(40)
  expect(opus(head(16, 2))).toBe(5)
  expect(opus(head(31, 3), 0x80 | 3)).toBe(60)
  expect(opus(head(31, 3))).toBe(0)
  expect(opus()).toBe(0)
})
