import { Writable } from 'node:stream'
import { expect, it } from 'vitest'
import { createLogger } from '../../src/server/index.js'

function capture(): { lines: string[]; stream: Writable } {
  const lines: string[] = []
  const stream = new Writable({
    write(chunk, _, done) {
      lines.push(String(chunk))
      done()
    },
  })
  return { lines, stream }
}

it('writes JSON lines whose children carry call and session ids', () => {
  const sink = capture()
  const log = createLogger({ level: 'info', format: 'json' }, sink.stream)
  log
    .child({ callSid: 'CA1' })
    .child({ sessionId: 'VX1' })
    .warn({ err: new Error('broken') }, 'It broke')
  log.debug({}, 'not written at this level')
  expect(sink.lines).toHaveLength(1)
  expect(JSON.parse(sink.lines[0]!)).toMatchObject({
    level: 'warn',
    callSid: 'CA1',
    sessionId: 'VX1',
    msg: 'It broke',
    err: { message: 'broken' },
  })
})

it('writes readable lines where asked', async () => {
  const sink = capture()
  createLogger({ level: 'debug', format: 'pretty' }, sink.stream).info({ callSid: 'CA1' }, 'Call answered')
  await expect.poll(() => sink.lines.join('')).toMatch(/INFO.*Call answered.*CA1/)
})
