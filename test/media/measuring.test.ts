import { expect, it } from 'vitest'
import { PlaneRig } from './support/plane-rig.js'

it('measures a leg every 10 s from the answer on, and at its end', async () => {
  const rig = await PlaneRig.start()
  const phone = await rig.call('a')
  phone.say = new Int16Array(160).fill(1000)
  const startedAt = rig.clock.now()
  await rig.run(25_000)
  rig.send({ type: 'close-leg', leg: 'a' })
  await rig.run(15_000)
  const measured = rig.events.flatMap((event) => (event.type === 'leg-measured' ? [event] : []))
  expect(measured.map(({ leg, at }) => [leg, Math.round((at - startedAt) / 1000)])).toEqual([
    ['a', 10],
    ['a', 20],
    ['a', 25],
  ])
  const packets = measured.map(({ quality }) => quality.received.packets)
  expect(packets[0]).toBeGreaterThan(480)
  expect(packets[0]).toBeLessThan(505)
  expect(packets[1]! - packets[0]!).toBe(500)
  expect(measured[2]!.quality.sent.packets).toBeGreaterThan(measured[1]!.quality.sent.packets)
  expect(rig.events.at(-1)?.type).toBe('leg-closed')
})

it('holds back what a leg receives no longer than it is told to', async () => {
  const rig = await PlaneRig.start({}, 150)
  const phone = await rig.call('a')
  phone.say = new Int16Array(160).fill(1000)
  const delayMs = async () => {
    await rig.run(10_000)
    const measured = rig.events.findLast((event) => event.type === 'leg-measured')
    return measured!.quality!.received.delayMs
  }
  expect(await delayMs()).toBeGreaterThan(120)
  rig.send({ type: 'limit-delay', leg: 'a', maxMs: 40 })
  expect(await delayMs()).toBeLessThan(100)
  rig.send({ type: 'limit-delay', leg: 'a' })
  expect(await delayMs()).toBeGreaterThan(120)
})
