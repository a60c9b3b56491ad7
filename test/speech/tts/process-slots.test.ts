import { describe, expect, it } from 'vitest'
import { ProcessSlots } from '../../../src/speech/tts/process-slots.js'

const wanted = new AbortController().signal

describe('ProcessSlots', () => {
  it('serves those who wait in their order', async () => {
    const slots = new ProcessSlots(1)
    const release = await slots.take(wanted)
    const served: number[] = []
    const waiting = [1, 2, 3].map(async (who) => {
      const give = await slots.take(wanted)
      served.push(who)
      give()
    })
    await Promise.resolve()
    expect(served).toEqual([])
    release()
    await Promise.all(waiting)
    expect(served).toEqual([1, 2, 3])
  })

  it('passes over those who gave up', async () => {
    const slots = new ProcessSlots(1)
    const release = await slots.take(wanted)
    const giver = new AbortController()
    const gaveUp = slots.take(giver.signal)
    const patient = slots.take(wanted)
    giver.abort(new Error('barge-in'))
    await expect(gaveUp).rejects.toThrow('barge-in')
    release()
    ;(await patient)()
    ;(await slots.take(wanted))()
  })

  it('does not multiply a slot given back twice', async () => {
    const slots = new ProcessSlots(1)
    const release = await slots.take(wanted)
    release()
    release()
    await slots.take(wanted)
    let entered = false
    void slots.take(wanted).then(() => {
      entered = true
    })
    await new Promise(setImmediate)
    expect(entered).toBe(false)
  })

  it('refuses who comes aborted', async () => {
    await expect(new ProcessSlots(1).take(AbortSignal.abort(new Error('late')))).rejects.toThrow('late')
  })
})
