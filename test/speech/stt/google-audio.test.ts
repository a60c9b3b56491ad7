import { expect, it } from 'vitest'
import { UnsettledAudio } from '../../../src/speech/stt/google-audio.js'

const packet = (n: number) => Buffer.alloc(320, n)
const numbers = (audio: UnsettledAudio) => audio.rest.map((bytes) => bytes[0])

it('keeps what no final covers, and the packet that one covers in part', () => {
  const audio = new UnsettledAudio(8)
  for (let n = 0; n < 5; n++) audio.add(packet(n))
  audio.settle(100)
  expect(numbers(audio)).toEqual([2, 3, 4])
  audio.settle(100)
  audio.add(packet(5))
  audio.settle(160)
  expect(numbers(audio)).toEqual([4, 5])
  audio.settle(undefined)
  expect(numbers(audio)).toEqual([])
})

it('keeps a minute at the most', () => {
  const audio = new UnsettledAudio(8)
  for (let n = 0; n < 2000; n++) audio.add(packet(n % 256))
  expect(audio.rest).toHaveLength(60_000 / 40)
  audio.settle((2000 - 3) * 40)
  expect(audio.rest).toHaveLength(3)
})
