import { expect, it } from 'vitest'
import { FrameRing } from '../../../src/media/joining/frame-ring.js'

const frame = (level: number, samples = 160) => new Int16Array(samples).fill(level)

/** Two views of one memory, as two threads have them. */
function ends() {
  const memory = FrameRing.memory()
  const [writer, reader] = [new FrameRing(memory), new FrameRing(memory)]
  const read = () => {
    const entry = reader.next()
    const value = entry && [entry.kind, entry.bytes, entry.kind === 'PCMU' ? entry.payload[0] : entry.pcm[0]]
    if (entry) reader.take()
    return value
  }
  return { writer, reader, read }
}

it('gives what was written in its order, of any kind', () => {
  const { writer, read } = ends()
  expect(read()).toBeUndefined()
  writer.writePcm(frame(7), 8000)
  writer.writePcm(frame(-9, 320), 16_000)
  writer.writePayload(new Uint8Array(160).fill(200), 160, 'PCMU')
  writer.writePayload(new Uint8Array(0), 0, 'PCMU')
  expect([read(), read(), read()]).toEqual([
    [8000, 320, 7],
    [16_000, 640, -9],
    ['PCMU', 160, 200],
  ])
  expect(read()?.slice(0, 2)).toEqual(['nothing', 0])
  expect(read()).toBeUndefined()
})

it('takes no more than it holds, and goes on for ever', () => {
  const { writer, read } = ends()
  for (let i = 0; i < 40; i++) writer.writePcm(frame(i), 8000)
  for (let i = 0; i < 16; i++) expect(read()?.[2]).toBe(i)
  expect(read()).toBeUndefined()
  for (let i = 0; i < 1000; i++) {
    writer.writePcm(frame(i), 8000)
    expect(read()?.[2]).toBe(i)
  }
})

it('leaves out what has piled up, once it has stayed for a second', () => {
  const { writer, read } = ends()
  for (let i = 0; i < 4; i++) writer.writePcm(frame(i), 8000)
  const heard = Array.from({ length: 100 }, (_, i) => {
    writer.writePcm(frame(i + 4), 8000)
    return read()?.[2]
  })
  expect(heard.slice(0, 49)).toEqual(Array.from({ length: 49 }, (_, i) => i))
  // From then on what is read is what was written just before.
  expect(heard.slice(49)).toEqual(Array.from({ length: 51 }, (_, i) => i + 53))
})
