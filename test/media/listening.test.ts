import { describe, expect, it } from 'vitest'
import type { ListenWish } from '../../src/media/index.js'
import { speechLike } from '../rtp/support.js'
import { PlaneRig } from './support/plane-rig.js'

const wish: ListenWish = {
  track: 'inbound',
  provider: '',
  model: '',
  language: 'en-US',
  hints: ['tea', 'coffee'],
  silenceMs: 500,
  settings: {},
}

async function listening(more: Partial<ListenWish> = {}) {
  const rig = await PlaneRig.start()
  const phone = await rig.call('a')
  rig.send({ type: 'listen', leg: 'a', id: 'x', wish: { ...wish, ...more } })
  await rig.run(500)
  return { rig, phone, told: () => rig.told('voice', 'heard', 'listen-failed') }
}

describe('listening', () => {
  it('tells voice, words as they come, and the utterance after silence', async () => {
    const { rig, phone, told } = await listening()
    phone.say = speechLike(10, 8000)
    await rig.run(800)
    rig.stt.now.hears('one')
    rig.stt.now.hears('one tea')
    phone.say = new Int16Array(0)
    await rig.run(1500)
    expect(rig.stt.now.finalized).toBe(1)
    rig.stt.now.settles('one tea please')
    expect(told()).toEqual([
      'voice a x true',
      'heard a x one false en-US',
      'heard a x one tea false en-US',
      'voice a x false',
      'heard a x one tea please true en-US',
    ])
    expect(rig.stt.now.voiced).toBeGreaterThan(30)
  })

  it('hears either direction, several at once, until stopped', async () => {
    const { rig, told } = await listening({ track: 'outbound' })
    rig.send({ type: 'listen', leg: 'a', id: 'y', wish })
    const item = { kind: 'beep', durationMs: 600 } as const
    rig.send({ type: 'announce', leg: 'a', id: '1', item })
    await rig.run(1500)
    expect(told()).toEqual(['voice a x true', 'voice a x false'])
    const [outbound, inbound] = rig.stt.opened
    outbound!.hears('how')
    inbound!.hears('fine')
    rig.send({ type: 'stop-listening', leg: 'a', id: 'x' })
    expect([outbound!.closed, inbound!.closed]).toEqual([true, false])
    outbound!.hears('how are')
    rig.send({ type: 'close-leg', leg: 'a' })
    expect(inbound!.closed).toBe(true)
    expect(told().slice(2)).toEqual(['heard a x how false en-US', 'heard a y fine false en-US'])
  })

  it('settles what is being said when it is stopped, or the leg closes', async () => {
    const { rig, phone, told } = await listening({ settles: true })
    rig.send({ type: 'listen', leg: 'a', id: 'y', wish: { ...wish, settles: true } })
    phone.say = speechLike(10, 8000)
    await rig.run(800)
    const [first, second] = rig.stt.opened
    first!.hears('good')
    second!.hears('good')
    rig.send({ type: 'stop-listening', leg: 'a', id: 'x' })
    expect([first!.finalized, first!.closed]).toEqual([1, false])
    first!.settles('goodbye')
    await rig.run(0)
    expect(first!.closed).toBe(true)
    rig.send({ type: 'close-leg', leg: 'a' })
    await rig.run(1900)
    expect(rig.told('leg-closed')).toEqual([])
    await rig.run(200)
    expect(told().filter((line) => !line.startsWith('voice'))).toEqual([
      'heard a x good false en-US',
      'heard a y good false en-US',
      'heard a x goodbye true en-US',
      'heard a y good true en-US',
    ])
    expect(rig.events.slice(-3).map(({ type }) => type)).toEqual(['heard', 'listened', 'leg-closed'])
  })

  it('closes at once where nothing is being said', async () => {
    const { rig } = await listening({ settles: true })
    rig.send({ type: 'close-leg', leg: 'a' })
    await rig.run(0)
    expect(rig.events.slice(-2).map(({ type }) => type)).toEqual(['listened', 'leg-closed'])
  })

  it('tells the party’s voice alone, as long as it is watched', async () => {
    const rig = await PlaneRig.start()
    const phone = await rig.call('a')
    rig.send({ type: 'watch-voice', leg: 'a', id: 'v' })
    phone.say = speechLike(10, 8000)
    await rig.run(800)
    phone.say = new Int16Array(0)
    await rig.run(1500)
    rig.send({ type: 'stop-watching-voice', leg: 'a', id: 'v' })
    phone.say = speechLike(10, 8000)
    await rig.run(800)
    expect(rig.told('voice', 'heard', 'listen-failed')).toEqual(['voice a v true', 'voice a v false'])
    expect(rig.stt.opened).toEqual([])
  })

  it('opens a broken engine again, and gives up after five failures in a row', async () => {
    const { rig, told } = await listening()
    for (let i = 0; i < 4; i++) {
      rig.stt.now.emit('error', new Error('gone'))
      await rig.run(6000)
    }
    rig.stt.now.hears('still here')
    for (let i = 0; i < 7; i++) {
      rig.stt.now.emit('error', new Error('gone'))
      await rig.run(6000)
    }
    expect(told()).toEqual(['heard a x still here false en-US', 'listen-failed a x gone'])
    expect(rig.stt.opened).toHaveLength(9)
  })
})
