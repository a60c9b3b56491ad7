import { beforeEach, describe, expect, it } from 'vitest'
import { SimulatedClock } from '../../src/base/simulated-clock.js'
import type { AppSocket, AppSocketListener } from '../../src/session/app-socket.js'
import { reconnecting } from '../../src/session/reconnecting.js'
import { Rig } from './support/rig.js'

const address = { url: 'ws://app/', connectTimeoutMs: 1, pingIntervalMs: 0, maxMessageBytes: 1 }

let clock: SimulatedClock
let wanted: boolean
/** What happened, and when. */
let told: string[]
let sockets: { listener: AppSocketListener; sent: string[]; closed: boolean }[]
let socket: AppSocket

const tell = (what: string) => told.push(`${clock.now()} ${what}`)
const last = () => sockets.at(-1)!

beforeEach(() => {
  clock = new SimulatedClock()
  wanted = true
  told = []
  sockets = []
  socket = reconnecting(
    (_, listener) => {
      const made = { listener, sent: [] as string[], closed: false }
      sockets.push(made)
      tell('dial')
      return {
        buffered: 0,
        send: (text) => made.sent.push(text),
        close: () => {
          made.closed = true
        },
      }
    },
    {
      clock,
      wanted: () => wanted,
      away: (detail) => tell(`away: ${detail}`),
      back: (kept) => {
        tell(`back, ${kept} kept`)
        socket.send('setup')
      },
    },
  )(address, {
    opened: () => tell('opened'),
    message: (data) => tell(`message ${data}`),
    roundTrip: () => {},
    closed: (code) => tell(`closed ${code}`),
    failed: () => tell('failed'),
  })
})

describe('an app that is lost', () => {
  beforeEach(() => {
    last().listener.opened()
    told = []
  })

  it('is dialled again at once, and gets setup, then what was kept, then what is new', () => {
    last().listener.closed(1006, '')
    socket.send('one')
    clock.advance(0)
    socket.send('two')
    last().listener.opened()
    socket.send('three')
    expect(last().sent).toEqual(['setup', 'one', 'two', 'three'])
    last().listener.message(Buffer.from('hi'), false)
    expect(told).toEqual(['0 away: closed with 1006', '0 dial', '0 back, 2 kept', '0 message hi'])
  })

  it('is dialled again and again, more slowly, for half a minute', () => {
    last().listener.closed(1001, 'bye')
    for (let refused = 1, i = 0; i < 70; i++) {
      clock.advance(500)
      if (sockets.length > refused) last().listener.failed('refused')
      refused = sockets.length
    }
    const dials = told.filter((line) => line.endsWith('dial')).map((line) => Number.parseInt(line, 10))
    expect(dials.slice(0, 5)).toEqual([0, 1_000, 2_000, 4_000, 8_000])
    expect(told.at(-1)).toMatch(/^\d+ closed 1001$/)
    expect(Number.parseInt(told.at(-1)!, 10)).toBeLessThanOrEqual(30_000)
    const count = sockets.length
    clock.advance(60_000)
    expect(sockets.length).toBe(count)
  })

  it('has the last 500 frames kept', () => {
    last().listener.closed(1006, '')
    for (let i = 0; i < 600; i++) socket.send(String(i))
    clock.advance(0)
    last().listener.opened()
    expect(last().sent.length).toBe(501)
    expect(last().sent[1]).toBe('100')
  })

  it('may be lost again', () => {
    last().listener.closed(1006, '')
    clock.advance(0)
    last().listener.opened()
    last().listener.closed(1006, '')
    clock.advance(0)
    last().listener.opened()
    expect(sockets.length).toBe(3)
  })

  it('is not dialled when it closed as done, when it is not needed, or when the session has closed it', () => {
    last().listener.closed(1000, '')
    expect(told).toEqual(['0 closed 1000'])
    wanted = false
    last().listener.closed(1006, '')
    expect(told.at(-1)).toBe('0 closed 1006')
    wanted = true
    last().listener.closed(1006, '')
    socket.close({ code: 1000, reason: '' })
    clock.advance(60_000)
    expect(sockets.length).toBe(1)
  })
})

it('an app that never was there has failed', () => {
  last().listener.failed('refused')
  expect(told.at(-1)).toBe('0 failed')
  clock.advance(60_000)
  expect(sockets.length).toBe(1)
})

describe('a session with applicationReconnect', () => {
  it('goes on, speaking, and the app learns on its new socket what happened', async () => {
    const rig = await new Rig({ applicationReconnect: 'true', events: 'tokens-played' }).open()
    rig.send({ type: 'text', token: 'A sentence that lasts.', last: true })
    await rig.run(200)
    const before = rig.frames.length
    rig.appListener.closed(1006, '')
    await rig.run(2_000)
    expect(rig.result).toBeUndefined()
    rig.appListener.opened()
    expect(rig.said(before)).toEqual([
      expect.stringMatching(/^setup/),
      'info tokensPlayed A sentence that lasts.',
    ])
    expect(rig.events('app_away').length).toBe(1)
    expect(rig.events('app_back')[0]!.data).toEqual({ kept_frames: 1 })
    rig.send({ type: 'end' })
    await rig.run(200)
    expect(rig.result).toMatchObject({ cause: 'app-ended' })
  })

  it('ends when the app has ended it, though its socket goes first', async () => {
    const rig = await new Rig({ applicationReconnect: true }).open()
    rig.send({ type: 'text', token: 'Goodbye.', last: true })
    rig.send({ type: 'end' })
    rig.appListener.closed(1006, '')
    await rig.run(1_000)
    expect(rig.result).toMatchObject({ cause: 'app-ended' })
    expect(rig.events('app_away')).toEqual([])
  })

  it('without it ends as ever', async () => {
    const rig = await new Rig().open()
    rig.appListener.closed(1006, '')
    expect(rig.result).toMatchObject({ cause: 'app-socket-lost' })
  })
})
