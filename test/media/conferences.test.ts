import { describe, expect, it } from 'vitest'
import type { MediaCommand } from '../../src/media/index.js'
import { type Phone, PlaneRig, through } from './support/plane-rig.js'

type Join = Partial<Extract<MediaCommand, { type: 'join-conference' }>>

const join = (rig: PlaneRig, leg: string, more: Join = {}) =>
  rig.send({ type: 'join-conference', leg, conference: 'room', muted: false, held: false, ...more })

/** Levels that G.711 keeps as they are, so that sums can be told apart. */
const levels = { a: 500, b: 1100, c: -2300 } as const

async function three(rights: Partial<Record<'a' | 'b' | 'c', Join>> = {}) {
  const rig = await PlaneRig.start()
  const phones = {} as Record<'a' | 'b' | 'c', Phone>
  for (const leg of ['a', 'b', 'c'] as const) {
    const phone = await rig.call(leg)
    phone.say = new Int16Array(160).fill(through('PCMU', levels[leg]))
    phones[leg] = phone
  }
  await rig.run(300)
  for (const leg of ['a', 'b', 'c'] as const) join(rig, leg, rights[leg])
  await rig.run(500)
  const heard = () =>
    Object.fromEntries(
      Object.entries(phones).map(([leg, phone]) => {
        const recent = new Set(phone.recent(100))
        return [leg, recent.size === 1 ? [...recent][0] : [...recent]]
      }),
    )
  return { rig, phones, heard }
}

/** What a phone hears of the sum of others. */
const sum = (...legs: (keyof typeof levels)[]) =>
  through(
    'PCMU',
    legs.reduce((total, leg) => total + through('PCMU', levels[leg]), 0),
  ) || 0

describe('conferences', () => {
  it('let each hear the others, until they leave in one way or another', async () => {
    const { rig, heard } = await three()
    expect(heard()).toEqual({ a: sum('b', 'c'), b: sum('a', 'c'), c: sum('a', 'b') })
    rig.send({ type: 'unbridge', leg: 'c' })
    await rig.run(300)
    expect(heard()).toEqual({ a: sum('b'), b: sum('a'), c: 0 })
    rig.send({ type: 'bridge', leg: 'b', other: 'c', muteDigits: 'none' })
    await rig.run(300)
    expect(heard()).toEqual({ a: 0, b: sum('c'), c: sum('b') })
    join(rig, 'b')
    await rig.run(300)
    expect(heard()).toEqual({ a: sum('b'), b: sum('a'), c: 0 })
    join(rig, 'b', { conference: 'other' })
    join(rig, 'c', { conference: 'other' })
    await rig.run(300)
    expect(heard()).toEqual({ a: 0, b: sum('c'), c: sum('b') })
    rig.send({ type: 'close-leg', leg: 'c' })
    await rig.run(300)
    expect(heard()).toMatchObject({ a: 0, b: 0 })
  })

  it('mute, hold and coach as told, and as told anew', async () => {
    const { rig, heard } = await three({ a: { muted: true }, c: { coaches: 'b' } })
    expect(heard()).toEqual({ a: sum('b'), b: sum('c'), c: sum('b') })
    rig.send({ type: 'set-conference', leg: 'c', coaches: null })
    rig.send({ type: 'set-conference', leg: 'a', held: true })
    await rig.run(300)
    expect(heard()).toEqual({ a: 0, b: sum('c'), c: sum('b') })
    rig.send({ type: 'set-conference', leg: 'a', held: false, muted: false })
    await rig.run(300)
    expect(heard()).toEqual({ a: sum('b', 'c'), b: sum('a', 'c'), c: sum('a', 'b') })
  })

  it('give way to announcements for the one that hears them', async () => {
    const { rig, phones, heard } = await three()
    rig.send({ type: 'announce', leg: 'a', id: '1', item: { kind: 'silence', durationMs: 300 } })
    await rig.run(200)
    expect(heard()).toEqual({ a: 0, b: sum('a', 'c'), c: sum('a', 'b') })
    await rig.run(300)
    expect(heard()).toEqual({ a: sum('b', 'c'), b: sum('a', 'c'), c: sum('a', 'b') })
    expect(phones.a.digits).toBe('')
  })
})
