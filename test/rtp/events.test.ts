import { describe, expect, it } from 'vitest'
import { EventReceiver } from '../../src/rtp/event-receiver.js'
import { EventSender } from '../../src/rtp/event-sender.js'
import { seeded } from './support.js'

interface EventPacket {
  readonly timestamp: number
  readonly marker: boolean
  readonly payload: Uint8Array
}

/** One press as our own sender writes it. */
function press(key: string, timestamp: number, ms = 100): EventPacket[] {
  const sender = new EventSender()
  sender.start(key, ms)
  const packets: EventPacket[] = []
  for (let now = timestamp; sender.active; now += 160) {
    const payload = new Uint8Array(4)
    sender.next(payload, now, 8000)
    packets.push({ timestamp: sender.timestamp, marker: sender.marker, payload })
  }
  return packets
}

function receive(packets: EventPacket[], receiver = new EventReceiver(8000)): string {
  return packets
    .map(({ timestamp, marker, payload }) => receiver.receive(timestamp, marker, payload, 0, payload.length))
    .join('')
}

function event(code: number, timestamp: number, duration: number, end = false, marker = false): EventPacket {
  return {
    timestamp,
    marker,
    payload: Uint8Array.of(code, end ? 0x8a : 0x0a, duration >> 8, duration & 0xff),
  }
}

describe('EventSender', () => {
  it('marks the first packet, keeps the timestamp, grows the duration, ends three times', () => {
    const packets = press('#', 5000)
    expect(packets.map(({ marker }) => marker)).toEqual([true, ...Array(7).fill(false)])
    expect(new Set(packets.map(({ timestamp }) => timestamp))).toEqual(new Set([5000]))
    expect(
      packets.map(({ payload }) => [payload[0], payload[1]! >> 7, payload[2]! * 256 + payload[3]!]),
    ).toEqual([
      [11, 0, 160],
      [11, 0, 320],
      [11, 0, 480],
      [11, 0, 640],
      [11, 0, 800],
      [11, 1, 800],
      [11, 1, 800],
      [11, 1, 800],
    ])
  })

  it('tells durations in the clock of the events', () => {
    const sender = new EventSender()
    sender.start('1', 100)
    const payload = new Uint8Array(4)
    sender.next(payload, 0, 48_000)
    expect(payload[2]! * 256 + payload[3]!).toBe(960)
  })

  it('refuses what is no key', () => {
    const sender = new EventSender()
    expect(sender.start('w', 100)).toBe(false)
    expect(sender.start('', 100)).toBe(false)
    expect(sender.active).toBe(false)
  })
})

describe('EventReceiver', () => {
  it('tells every key once, at its first packet', () => {
    const receiver = new EventReceiver(8000)
    const keys = '0123456789*#ABCD'
    for (const [n, key] of [...keys].entries()) {
      const [first, ...rest] = press(key, n * 1600)
      expect(receive([first!], receiver)).toBe(key)
      expect(receive(rest, receiver)).toBe('')
    }
  })

  it('tells each press once whichever packets are lost, as long as one arrives', () => {
    const random = seeded(5)
    for (let round = 0; round < 500; round++) {
      const first = press('7', 1000 * round)
      const second = press('7', 1000 * round + 1600)
      const survivors = [first, second].flatMap((packets) => {
        const sure = Math.floor(random() * packets.length)
        return packets.filter((_, n) => n === sure || random() > 0.6)
      })
      // The first packet of a press or its end must tell two presses of one key apart; the timestamp does.
      expect(receive(survivors)).toBe('77')
    }
  })

  it('tells a press of which only an end packet arrives', () => {
    expect(receive(press('5', 320).slice(-1))).toBe('5')
  })

  it('takes a press beyond 0xffff, sent in segments, for one', () => {
    const packets: EventPacket[] = []
    for (let duration = 160; duration <= 0xffff; duration += 160) packets.push(event(3, 100, duration))
    packets.push(event(3, 100, 0xffff))
    for (let duration = 160; duration <= 8000; duration += 160) packets.push(event(3, 100 + 0xffff, duration))
    packets.push(event(3, 100 + 0xffff, 8000, true))
    expect(receive(packets)).toBe('3')
  })

  it('takes a creeping timestamp within one press for one', () => {
    const packets = [1, 2, 3, 4].map((n) => event(9, n * 160, n * 160, false, n === 1))
    expect(receive(packets)).toBe('9')
  })

  it('ignores a straggler of the press before', () => {
    const first = press('1', 0)
    const second = press('2', 1600)
    expect(
      receive([...first.slice(0, 6), ...second.slice(0, 2), ...first.slice(6), ...second.slice(2)]),
    ).toBe('12')
  })

  it('ignores events that are no keys, and scraps', () => {
    expect(receive([event(16, 0, 160), event(255, 1600, 160)])).toBe('')
    expect(new EventReceiver(8000).receive(0, true, Uint8Array.of(1, 0, 0), 0, 3)).toBeUndefined()
  })

  it('follows timestamps over their wrap', () => {
    expect(receive([...press('4', 0xffffff00), ...press('4', 0x500)])).toBe('44')
  })
})
