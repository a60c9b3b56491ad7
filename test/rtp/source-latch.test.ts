import { describe, expect, it } from 'vitest'
import { SourceLatch } from '../../src/rtp/source-latch.js'

const signalled = { address: '10.0.0.5', port: 4000 }
const natted = { address: '203.0.113.9', port: 61_000 }
const stranger = { address: '198.51.100.66', port: 5555 }

describe('SourceLatch', () => {
  it('sends where signalling said until packets come from elsewhere', () => {
    const latch = new SourceLatch(signalled)
    expect(latch.target).toEqual(signalled)
    expect(latch.accept(natted, 1, 0)).toBe(true)
    expect(latch.target).toEqual(natted)
  })

  it('keeps strangers out once settled', () => {
    const latch = new SourceLatch(signalled, { settleAfter: 3 })
    for (let n = 0; n < 3; n++) latch.accept(natted, 1, n)
    expect(latch.accept(stranger, 2, 10_000)).toBe(false)
    expect(latch.target).toEqual(natted)
    expect(latch.rejected).toBe(1)
  })

  it('prefers who signalling named to a stranger who came first', () => {
    const latch = new SourceLatch(signalled)
    latch.accept(stranger, 2, 0)
    expect(latch.accept(signalled, 1, 1)).toBe(true)
    expect(latch.accept(stranger, 2, 2)).toBe(false)
    expect(latch.target).toEqual(signalled)
  })

  it('follows the stream when a NAT moves it, not before it falls silent', () => {
    const latch = new SourceLatch(signalled, { settleAfter: 1, rebindAfterMs: 1000 })
    latch.accept(natted, 1, 0)
    const moved = { ...natted, port: 61_001 }
    expect(latch.accept(moved, 1, 500)).toBe(false)
    expect(latch.accept(moved, 1, 1500)).toBe(true)
    expect(latch.target).toEqual(moved)
  })

  it('begins anew when signalling names another remote, only then', () => {
    const latch = new SourceLatch(signalled, { settleAfter: 1 })
    latch.accept(natted, 1, 0)
    latch.update({ ...signalled })
    expect(latch.target).toEqual(natted)
    latch.update(stranger)
    expect(latch.target).toEqual(stranger)
    expect(latch.accept(stranger, 3, 1)).toBe(true)
  })
})
