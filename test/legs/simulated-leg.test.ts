import { describe, expect, it } from 'vitest'
import { SimulatedClock } from '../../src/base/simulated-clock.js'
import { type CallerStep, SimulatedLeg } from '../../src/legs/index.js'
import { Pacer } from '../../src/rtp/index.js'

const never = new AbortController().signal

/** A leg with an agent that answers by `agent(tick)`: the level it speaks at, 0 for nothing. */
function call(script: Iterable<CallerStep>, agent: (tick: number) => number = () => 0) {
  const clock = new SimulatedClock()
  const pacer = new Pacer({ clock })
  const heard: number[] = []
  const digits: { digit: string; at: number }[] = []
  const steps: { do: string; at: number }[] = []
  let hungUpAt: number | undefined
  const leg = new SimulatedLeg({
    id: 'test',
    sampleRate: 16_000,
    clock,
    pacer,
    script,
    step: (step) => steps.push({ do: step.do, at: clock.now() }),
    hungUp: () => {
      hungUpAt = clock.now()
    },
  })
  let tick = 0
  leg.attach(
    {
      frame: (frame, lost) => {
        expect(frame).toHaveLength(320)
        expect(lost).toBe(false)
        heard.push(frame[0]!)
      },
      digit: (digit) => digits.push({ digit, at: clock.now() }),
      gone: () => expect.fail('a scripted caller does not vanish'),
    },
    {
      pull: (frame) => {
        const level = agent(tick++)
        if (level === 0) return false
        frame.fill(level)
        return true
      },
    },
  )
  return { clock, leg, heard, digits, steps, hungUpAt: () => hungUpAt }
}

describe('SimulatedLeg', () => {
  it('says, is silent, and hangs up when its script says so', () => {
    const { clock, heard, steps, hungUpAt } = call([
      { do: 'say', pcm: new Int16Array(500).fill(7) },
      { do: 'silence', ms: 60 },
      { do: 'say', pcm: new Int16Array(320).fill(9) },
      { do: 'hangup' },
    ])
    clock.advance(1000)
    expect(heard).toEqual([7, 7, 0, 0, 0, 9, 0])
    expect(steps.map((step) => step.do)).toEqual(['say', 'silence', 'say', 'hangup'])
    expect(hungUpAt()).toBe(140)
  })

  it("presses keys 200 ms apart, with pauses, and hears the agent's", async () => {
    const { clock, leg, digits } = call([
      { do: 'digits', digits: '1w#' },
      { do: 'digits', digits: '2' },
    ])
    let done = false
    leg.sendDigits('4W2b', never).then(() => {
      done = true
    })
    await clock.run(3000)
    expect(digits.map(({ digit }) => digit).join('')).toBe('1#2')
    expect(digits[1]!.at - digits[0]!.at).toBe(700)
    expect(leg.digitsReceived).toBe('42B')
    expect(done).toBe(true)
  })

  it('waits until the agent has spoken and fallen silent', () => {
    const { clock, steps } = call(
      [
        { do: 'await-agent', quietMs: 400 },
        { do: 'say', pcm: new Int16Array(320) },
      ],
      (tick) => ((tick >= 20 && tick < 50) || (tick >= 60 && tick < 100) ? 2000 : 0),
    )
    clock.advance(5000)
    expect(steps[1]).toEqual({ do: 'say', at: (100 + 20) * 20 + 20 })
  })

  it('goes on when the agent never speaks, and at once when it may barge in', () => {
    const patient = call([{ do: 'await-agent', timeoutMs: 1000 }, { do: 'hangup' }])
    patient.clock.advance(5000)
    expect(patient.hungUpAt()).toBe(1020)
    const rude = call([{ do: 'await-speech' }, { do: 'hangup' }], (tick) => (tick >= 10 ? 2000 : 0))
    rude.clock.advance(5000)
    expect(rude.hungUpAt()).toBe(12 * 20)
  })

  it('lets a generator decide by what happened', () => {
    const seen: string[] = []
    function* script(): Generator<CallerStep> {
      yield { do: 'await-agent', quietMs: 100 }
      seen.push(leg.digitsReceived)
      if (leg.digitsReceived === '7') yield { do: 'hangup' }
    }
    const { leg, clock, hungUpAt } = call(script(), (tick) => (tick < 20 ? 1000 : 0))
    leg.sendDigits('7', never)
    clock.advance(2000)
    expect(seen).toEqual(['7'])
    expect(hungUpAt()).toBeDefined()
  })

  it('keeps what it heard and lets others listen in', () => {
    const { clock, leg } = call([{ do: 'say', pcm: new Int16Array(640).fill(5) }], (tick) =>
      tick === 1 ? 1234 : 0,
    )
    const tapped: [number, number][] = []
    const stop = leg.onFrames((inbound, outbound) => tapped.push([inbound[0]!, outbound[0]!]))
    clock.advance(60)
    stop()
    clock.advance(60)
    expect(tapped).toEqual([
      [5, 0],
      [5, 1234],
      [0, 0],
    ])
    const heard = leg.heard()
    expect(heard).toHaveLength(6 * 320)
    expect([heard[319], heard[320], heard[639], heard[640]]).toEqual([0, 1234, 1234, 0])
  })

  it('is still after its end, and resolves digits under way', async () => {
    const { clock, leg, heard } = call([])
    const sending = leg.sendDigits('123', never)
    clock.advance(40)
    leg.close()
    await sending
    await leg.sendDigits('4', never)
    clock.advance(1000)
    expect(heard).toHaveLength(2)
    expect(leg.digitsReceived).toBe('1')
  })

  it('stops sending digits when told to', async () => {
    const { clock, leg } = call([])
    const abort = new AbortController()
    const sending = leg.sendDigits('123456', abort.signal)
    const next = leg.sendDigits('9', never)
    clock.advance(250)
    abort.abort()
    await sending
    clock.advance(1000)
    await next
    expect(leg.digitsReceived).toBe('129')
    await leg.sendDigits('1', abort.signal)
  })
})
