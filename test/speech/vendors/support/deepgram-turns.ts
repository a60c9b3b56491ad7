import { expect, it } from 'vitest'
import { until, writeFrames } from './clients.js'
import { connected, type listenBy } from './serve-each.js'
import { muLawOf } from './sound.js'
import type { VendorSession } from './vendor-session.js'

/** Deepgram's nova, itself or behind another vendor. */
export interface NovaProtocol {
  interim(session: VendorSession, words: string): void
  settle(session: VendorSession, changes: Record<string, unknown>, words?: string): void
  /** Tells the pause after an utterance. */
  endUtterance(session: VendorSession): void
}

/** Tests the turns that Deepgram's nova tells of. */
export function testNovaTurns(listen: ReturnType<typeof listenBy>, nova: () => NovaProtocol): void {
  it('says partials as they come, settles stretches, and ends the turn', async () => {
    const { listening, said } = listen()
    const session = await connected()
    nova().interim(session, 'hello')
    nova().interim(session, 'hello there')
    nova().settle(session, { speech_final: false }, 'Hello there,')
    nova().interim(session, 'friend')
    nova().settle(session, { speech_final: true }, 'friend.')
    await until(() => said.includes('endOfTurn'))
    expect(said).toEqual([
      'partial: hello',
      'partial: hello there',
      'final: Hello there,',
      'partial: friend',
      'final: friend.',
      'endOfTurn',
    ])
    await listening.close()
  })

  it('ends the turn once where the utterance’s end follows it', async () => {
    const { listening, said } = listen()
    const session = await connected()
    nova().settle(session, { speech_final: true }, 'Can you hear me?')
    nova().endUtterance(session)
    nova().interim(session, 'yes')
    await until(() => said.at(-1) === 'partial: yes')
    expect(said).toEqual(['final: Can you hear me?', 'endOfTurn', 'partial: yes'])
    await listening.close()
  })

  it('ends the turn at the utterance’s end where noise keeps speech_final away', async () => {
    const { listening, said } = listen()
    const session = await connected()
    nova().settle(session, { speech_final: false }, 'Can you hear me?')
    nova().endUtterance(session)
    await until(() => said.includes('endOfTurn'))
    expect(said).toEqual(['final: Can you hear me?', 'endOfTurn'])
    await listening.close()
  })

  it('does not take a late utterance’s end for that of the turn that was finalised or of the next', async () => {
    const { listening, said } = listen()
    const session = await connected()
    nova().interim(session, 'one moment')
    await until(() => said.length === 1)
    listening.finalize()
    await until(() => said.length === 2)
    nova().interim(session, 'and then')
    nova().endUtterance(session)
    nova().interim(session, 'and then what')
    await until(() => said.at(-1) === 'partial: and then what')
    expect(said).toEqual([
      'partial: one moment',
      'final: one moment',
      'partial: and then',
      'partial: and then what',
    ])
    await listening.close()
  })

  it('says nothing of results in which nothing was understood', async () => {
    const { listening, said } = listen()
    const session = await connected()
    nova().interim(session, '')
    nova().settle(session, { speech_final: true }, '')
    nova().endUtterance(session)
    session.send({ type: 'SomethingNew', of: 'next year' })
    nova().interim(session, 'now')
    await until(() => said.includes('partial: now'))
    expect(said.filter((one) => one !== 'endOfTurn')).toEqual(['partial: now'])
    await listening.close()
  })

  it('flushes on finalize, and the turn that follows starts anew', async () => {
    const { listening, said } = listen()
    const session = await connected()
    writeFrames(listening, 0, 5)
    nova().interim(session, 'one moment')
    await until(() => said.length === 1)
    listening.finalize()
    await until(() => said.some((one) => one.startsWith('final')))
    expect(session.typed('Finalize')).toHaveLength(1)
    await until(() => session.audio.length === 5 * 160)
    expect(session.audio).toEqual(muLawOf(0, 5))
    nova().interim(session, 'next')
    await until(() => said.at(-1) === 'partial: next')
    expect(said.filter((one) => one.startsWith('final'))).toEqual(['final: one moment'])
    await listening.close()
  })
}
