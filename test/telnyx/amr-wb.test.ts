import { afterEach, describe, expect, it } from 'vitest'
import { codes, Rig } from './support/rig.js'

const both = {
  stream_url: 'wss://example.com/media',
  stream_codec: 'AMR-WB',
  stream_bidirectional_mode: 'rtp',
  stream_bidirectional_codec: 'AMR-WB',
}
let rig: Rig
afterEach(() => rig.close())

describe('a stream of AMR-WB', () => {
  it('is had both ways where the machine has the codec', async () => {
    rig = await Rig.start({ hasAmrWb: true })
    const call = rig.answered()
    expect((await rig.command(call, 'streaming_start', both)).status).toBe(200)
    expect(call.streams[0]!.wish).toMatchObject({ codec: 'AMR-WB', bidirectional: { codec: 'AMR-WB' } })
  })

  it("has the call's codec where it does not, and the way back is refused", async () => {
    rig = await Rig.start({ hasAmrWb: false })
    const call = rig.answered()
    const refused = await rig.command(call, 'streaming_start', both)
    expect(codes(refused)).toEqual(['10027'])
    expect(refused.body.errors[0]).toMatchObject({
      detail: expect.stringContaining('libopencore-amrwb0'),
      source: { pointer: '/stream_bidirectional_codec' },
    })
    const { stream_url, stream_codec } = both
    expect((await rig.command(call, 'streaming_start', { stream_url, stream_codec })).status).toBe(200)
    expect(call.streams[0]!.wish).toMatchObject({ codec: 'PCMU' })
  })
})
