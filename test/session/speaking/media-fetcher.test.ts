import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { encodeWav } from '../../../src/audio/index.js'
import { SimulatedClock } from '../../../src/base/simulated-clock.js'
import { MediaFetcher, type MediaFetcherOptions } from '../../../src/session/speaking/index.js'

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

async function setUp(options: MediaFetcherOptions = {}) {
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(request.url ?? '')
    response.end(encodeWav(new Int16Array(1600).fill(5), 8000))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const clock = new SimulatedClock()
  const fetcher = new MediaFetcher({ clock, ...options })
  closing.push(() => fetcher.close())
  closing.push(() => server.closeAllConnections())
  closing.push(() => server.close())
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const get = (path: string) => fetcher.fetch(base + path, new AbortController().signal)
  return { asked, clock, get }
}

describe('MediaFetcher', () => {
  it('decodes on its thread and fetches once what is played again soon', async () => {
    const { asked, clock, get } = await setUp()
    expect((await get('/a')).pcm).toHaveLength(1600)
    clock.advance(59_999)
    expect((await get('/a')).pcm[0]).toBe(5)
    expect(asked).toEqual(['/a'])
    clock.advance(1)
    await get('/a')
    expect(asked).toEqual(['/a', '/a'])
  })

  it('keeps no more than it may: what was used longest ago goes first', async () => {
    const { asked, get } = await setUp({ keepBytes: 7000 })
    await get('/a')
    await get('/b')
    await get('/a')
    await get('/c')
    await get('/a')
    await get('/b')
    expect(asked).toEqual(['/a', '/b', '/c', '/b'])
  })

  it('names the URL of a file that cannot be decoded', async () => {
    const fetcher = new MediaFetcher()
    closing.push(() => fetcher.close())
    const failure = fetcher.fetch('data:audio/wav,nonsense', new AbortController().signal)
    await expect(failure).rejects.toMatchObject({ code: 'media_fetch_failed' })
    await expect(failure).rejects.toThrow(/data:audio\/wav/)
  })
})
