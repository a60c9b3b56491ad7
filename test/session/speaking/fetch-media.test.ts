import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { encodeWav } from '../../../src/audio/index.js'
import { SimulatedClock } from '../../../src/base/simulated-clock.js'
import { fetchMedia } from '../../../src/session/speaking/index.js'

const pcm = Int16Array.from({ length: 1600 }, (_, i) => Math.round(Math.sin(i / 5) * 8000))
const wav = Buffer.from(encodeWav(pcm, 8000))

let server: Server | undefined
afterEach(() => {
  server?.closeAllConnections()
  server?.close()
})

async function serve(listener: RequestListener): Promise<string> {
  server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const never = new AbortController().signal

describe('fetchMedia', () => {
  it('fetches a WAV by http, through redirects', async () => {
    const base = await serve((request, response) => {
      if (request.url === '/a') response.writeHead(302, { location: '/b' }).end()
      else response.writeHead(200, { 'content-type': 'audio/wav' }).end(wav)
    })
    const audio = await fetchMedia(`${base}/a`, never)
    expect(audio.sampleRate).toBe(8000)
    expect([...audio.pcm]).toEqual([...pcm])
  })

  it('fetches from where the host map says', async () => {
    const base = await serve((_, response) => response.end(wav))
    const hosts = { 'app.example.com': new URL(base).host }
    const audio = await fetchMedia('https://app.example.com/a.wav', never, { hosts })
    expect([...audio.pcm]).toEqual([...pcm])
  })

  it('reads data URLs, in base64 and percent-encoded', async () => {
    const base64 = await fetchMedia(`data:audio/wav;base64,${wav.toString('base64')}`, never)
    expect([...base64.pcm]).toEqual([...pcm])
    const hex = wav.toString('hex').replace(/../g, '%$&')
    expect([...(await fetchMedia(`data:audio/wav,${hex}`, never)).pcm]).toEqual([...pcm])
  })

  it.each([
    ['not there', 404, {}, /answered 404/],
    ['too large by its header', 200, { 'content-length': '100000' }, /larger than 5000 bytes/],
  ])('tells what was wrong: %s', async (_, status, headers, reason) => {
    const base = await serve((_request, response) => {
      response.writeHead(status, headers)
      response.flushHeaders()
      if (status !== 200) response.end()
    })
    const failure = fetchMedia(`${base}/x.wav`, never, { mostBytes: 5000 })
    await expect(failure).rejects.toMatchObject({
      code: 'media_fetch_failed',
      message: expect.stringMatching(reason),
    })
    await expect(failure).rejects.toThrow(`${base}/x.wav`)
  })

  it('reads no more than the limit, whatever the headers say', async () => {
    const base = await serve((_request, response) => {
      response.writeHead(200)
      const more = () => response.write(Buffer.alloc(1000)) && setImmediate(more)
      response.on('drain', more)
      more()
    })
    await expect(fetchMedia(base, never, { mostBytes: 50_000 })).rejects.toThrow(/larger than 50000 bytes/)
  })

  it('follows only so many redirects, and only to http', async () => {
    const base = await serve((request, response) => {
      response.writeHead(302, { location: request.url === '/file' ? 'file:///etc/passwd' : '/again' }).end()
    })
    await expect(fetchMedia(`${base}/again`, never, { redirects: 2 })).rejects.toThrow(
      /more than 2 redirects/,
    )
    await expect(fetchMedia(`${base}/file`, never)).rejects.toThrow(/no http\(s\) or data URL/)
    await expect(fetchMedia('ftp://example.com/a.wav', never)).rejects.toMatchObject({
      code: 'media_fetch_failed',
    })
    await expect(fetchMedia('nonsense', never)).rejects.toMatchObject({ code: 'media_fetch_failed' })
  })

  it('gives up a server that is too slow, and when nobody wants the media any more', async () => {
    const base = await serve(() => {})
    const clock = new SimulatedClock()
    const late = fetchMedia(base, never, { clock, timeoutMs: 3000 })
    clock.advance(3000)
    await expect(late).rejects.toThrow(/longer than 3000 ms/)
    const controller = new AbortController()
    const stopped = fetchMedia(base, controller.signal, { clock })
    controller.abort()
    await expect(stopped).rejects.toMatchObject({ code: 'media_fetch_failed' })
  })

  it('tells a body that is no audio, and a data URL that is none', async () => {
    const base = await serve((_request, response) => response.end('<html>login</html>'))
    await expect(fetchMedia(base, never)).rejects.toMatchObject({ code: 'media_fetch_failed' })
    await expect(fetchMedia('data:audio/wav', never)).rejects.toThrow(/comma/)
  })

  it('names a server that cannot be reached', async () => {
    await expect(fetchMedia('http://127.0.0.1:1/a.wav', never)).rejects.toThrow(/127\.0\.0\.1:1/)
  })
})
