import { describe, expect, it } from 'vitest'
import type { Announcement } from '../../src/media/index.js'
import { PlaneRig, through } from './support/plane-rig.js'

const voice = { provider: '', voice: 'v', language: 'en-US', settings: {} }
const speech: Announcement = { kind: 'speech', text: 'Hello there.', ssml: false, voice, loop: 1 }

describe('what is said in the place of a party', () => {
  it('is heard by whom it talks with, not by itself, and told of', async () => {
    const rig = await PlaneRig.start()
    const [a, b] = [await rig.call('a'), await rig.call('b')]
    rig.send({ type: 'bridge', leg: 'a', other: 'b', muteDigits: 'none' })
    await rig.run(200)
    rig.send({ type: 'speak-as-party', leg: 'a', id: 'x', item: speech })
    await rig.run(1500)
    expect(rig.told('announcing', 'announced')).toEqual(['announcing a x', 'announced a x completed'])
    const level = through('PCMU', 1000)
    expect(b.heard.filter((sample) => sample === level).length).toBeGreaterThan(1000)
    expect(a.heard.every((sample) => Math.abs(sample) < 10)).toBe(true)
  })

  it('can be stopped, and ends with the leg', async () => {
    const rig = await PlaneRig.start()
    await rig.call('a')
    rig.send({ type: 'speak-as-party', leg: 'a', id: 'x', item: speech })
    rig.send({ type: 'stop-speaking-as-party', leg: 'a' })
    rig.send({ type: 'speak-as-party', leg: 'a', id: 'y', item: speech })
    await rig.run(100)
    rig.send({ type: 'close-leg', leg: 'a' })
    await rig.run(100)
    expect(rig.told('announced')).toEqual(['announced a x stopped', 'announced a y leg-closed'])
  })
})
