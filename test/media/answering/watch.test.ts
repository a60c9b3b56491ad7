import { expect, it } from 'vitest'
import type { MediaEvent } from '../../../src/media/index.js'
import { PlaneRig } from '../support/plane-rig.js'
import { beep, joined, rate, silence, wish, words } from './support.js'

const found = ({ events }: PlaneRig) =>
  events
    .filter((event): event is Extract<MediaEvent, { type: 'answerer' }> => event.type === 'answerer')
    .map(({ id, finding }) => [id, finding.kind === 'answered' ? finding.by : finding.how])

it('a leg’s party is told from a machine, until that is known or nobody asks any more', async () => {
  const rig = await PlaneRig.start()
  const phone = await rig.call('a')
  expect(phone.leg.sampleRate).toBe(rate)
  const greetingEnd = { totalMs: 60_000 }
  rig.send({ type: 'watch-answer', leg: 'a', id: 'x', wish: { ...wish, greetingEnd } })
  rig.send({ type: 'watch-answer', leg: 'a', id: 'y', wish: { ...wish, greetingEnd } })
  phone.say = joined(words(10), beep(400), silence(60_000))
  await rig.run(3000)
  rig.send({ type: 'stop-watching', leg: 'a', id: 'y' })
  await rig.run(3000)
  expect(found(rig)).toEqual([
    ['x', 'machine'],
    ['y', 'machine'],
    ['x', 'beep'],
  ])
})
