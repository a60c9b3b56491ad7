import { expect, it } from 'vitest'
import { until, writeFrames } from './clients.js'
import { type listenBy, server } from './serve-each.js'
import { muLawOf } from './sound.js'
import type { VendorSession } from './vendor-session.js'

/** A recogniser behind a socket, as tests drive it. */
export interface EarParts {
  readonly listen: ReturnType<typeof listenBy>
  /** The connection of that number, once the vendor may speak on it. */
  readonly session: (number?: number) => Promise<VendorSession>
  /** Lets the vendor tell words that it has not settled. */
  readonly hear: (session: VendorSession, words: string) => void
  /** Words of the vendor's that it refuses a wrong key with. */
  readonly wrongKey: string
}

/** Tests what every recogniser behind a socket must do. */
export function testEar({ listen, session, hear, wrongKey }: EarParts): void {
  it('loses no audio of before the connection', async () => {
    const release = server.hold()
    const { listening } = listen()
    writeFrames(listening, 0, 48)
    release()
    const connection = await session()
    writeFrames(listening, 48, 60)
    await until(() => connection.audio.length >= 60 * 160)
    expect(connection.audio).toEqual(muLawOf(0, 60))
    await listening.close()
  })

  it('ends the stream on close, and says nothing afterwards', async () => {
    const { listening, said } = listen()
    const connection = await session()
    hear(connection, 'unfinished')
    await until(() => said.length === 1)
    await listening.close()
    await until(() => connection.closed)
    expect(said).toEqual(['partial: unfinished'])
  })

  it('tells a wrong key, and does not repeat it', async () => {
    const { said } = listen({}, { apiKey: 'not-the-key' })
    await until(() => said.length > 0)
    expect(said).toEqual([expect.stringMatching(new RegExp(`^error: credentials: .*${wrongKey}`))])
    expect(said[0]).not.toContain('not-the-key')
  })

  it('tells a connection that broke, once, and connects for the next listening', async () => {
    const { listening, said, next } = listen()
    const connection = await session()
    hear(connection, 'half a')
    await until(() => said.length === 1)
    connection.drop()
    await until(() => said.length === 2)
    expect(said[1]).toMatch(/^error: dropped: /)
    writeFrames(listening, 0, 2)
    listening.finalize()
    await listening.close()
    expect(said).toHaveLength(2)
    const again = next()
    hear(await session(1), 'again')
    await until(() => again.said.length > 0)
    expect(again.said).toEqual(['partial: again'])
    await again.listening.close()
  })
}
