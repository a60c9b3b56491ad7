import { expect, it } from 'vitest'
import { encodeWav } from '../../../src/audio/index.js'
import { BytesToPcm, toBytes, wavHeaderOf } from '../../../src/speech/wire/audio-bytes.js'
import { httpUrl, socketUrl } from '../../../src/speech/wire/urls.js'

const ramp = Int16Array.from({ length: 100 }, (_, i) => i * 600 - 30_000)

it('reads PCM that is cut anywhere', () => {
  const bytes = toBytes(ramp, 'pcm')
  for (const size of [1, 2, 3, 7, 200]) {
    const reader = new BytesToPcm('pcm')
    const pcm: number[] = []
    for (let at = 0; at < bytes.length; at += size) pcm.push(...reader.read(bytes.subarray(at, at + size)))
    expect(pcm, `pieces of ${size}`).toEqual([...ramp])
  }
})

it.each(['mulaw', 'alaw'] as const)('%s is a byte a sample, near enough', (encoding) => {
  const bytes = toBytes(ramp, encoding)
  expect(bytes.length).toBe(ramp.length)
  const back = new BytesToPcm(encoding).read(bytes)
  for (const [i, sample] of ramp.entries()) expect(Math.abs(back[i]! - sample)).toBeLessThan(1_100)
})

it('reads the header of a WAV', () => {
  const wav = Buffer.from(encodeWav(ramp, 16_000))
  const header = wavHeaderOf(wav)
  expect(header).toEqual({ encoding: 'pcm', sampleRate: 16_000, length: 44 })
  expect(wav.subarray(header?.length)).toEqual(toBytes(ramp, 'pcm'))
  expect(wavHeaderOf(toBytes(ramp, 'pcm'))).toBeUndefined()
  expect(wavHeaderOf(wav.subarray(0, 30))).toBeUndefined()
})

it.each([
  ['https://api.example.com', 'wss://api.example.com/v1/x?a=1&b=c+d'],
  ['wss://api.example.com/', 'wss://api.example.com/v1/x?a=1&b=c+d'],
  ['ws://127.0.0.1:9000/proxy', 'ws://127.0.0.1:9000/proxy/v1/x?a=1&b=c+d'],
])('a socket below %s', (base, url) => {
  expect(socketUrl(base, '/v1/x', { a: 1, b: 'c d', c: undefined })).toBe(url)
  expect(httpUrl(base, '/v1/x', { a: 1, b: 'c d' })).toBe(url.replace(/^ws/, 'http'))
})

it('repeats a list', () => {
  expect(httpUrl('http://h', '/x', { keyterm: ['a', 'b'] })).toBe('http://h/x?keyterm=a&keyterm=b')
})
