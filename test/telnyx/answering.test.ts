import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { codes, connectionId, Rig, settle } from './support/rig.js'

let rig: Rig
beforeEach(async () => {
  rig = await Rig.start()
})
afterEach(() => rig.close())

const dial = (mode: string, config?: object) =>
  rig.request('POST', '/calls', {
    connection_id: connectionId,
    to: '+15550000001',
    from: '+13122010094',
    answering_machine_detection: mode,
    ...(config && { answering_machine_detection_config: config }),
  })

/** A call that was dialled with detection, and what detects. */
async function detecting(mode: string, config?: object) {
  expect((await dial(mode, config)).status).toBe(200)
  const call = rig.calls.last
  call.pickUp()
  await settle()
  rig.sent.length = 0
  return { call, watch: call.watches[0]! }
}

const results = (): string[] =>
  rig.sent.map(({ event, payload }) => {
    const { result } = payload['payload'] as { result: string }
    return `${event.replace('call.machine.', '')} ${result}`
  })

describe('answering machine detection', () => {
  it('begins with the answer, by the settings of the config', async () => {
    const { watch } = await detecting('greeting_end', {
      total_analysis_time_millis: 7000,
      greeting_duration_millis: 1500,
      initial_silence_millis: 1800,
      after_greeting_silence_millis: 1000,
      between_words_silence_millis: 100,
      maximum_number_of_words: 3,
      maximum_word_length_millis: 2000,
      silence_threshold: 512,
      greeting_silence_duration_millis: 2000,
      greeting_total_analysis_time_millis: 7500,
    })
    expect(watch.wish).toEqual({
      totalMs: 7000,
      greetingMs: 1500,
      initialSilenceMs: 1800,
      afterGreetingSilenceMs: 1000,
      betweenWordsMs: 100,
      mostWords: 3,
      longestWordMs: 2000,
      silenceThreshold: 512,
      greetingEnd: { silenceMs: 2000, totalMs: 7500 },
    })
  })

  it.each([
    ['human', 'human'],
    ['machine', 'machine'],
    ['silence', 'machine'],
    ['fax', 'machine'],
    ['unsure', 'not_sure'],
  ] as const)('tells %s as %s', async (by, result) => {
    const { watch } = await detecting('detect')
    expect(watch.wish).toMatchObject({ totalMs: 3500, silenceThreshold: 256 })
    expect(watch.wish.greetingEnd).toBeUndefined()
    watch.answered(by)
    expect(results()).toEqual([`detection.ended ${result}`])
    expect(rig.payload('call.machine.detection.ended')).toMatchObject({ to: '+15550000001', result })
  })

  it.each([
    ['greeting_end', 'beep', 'greeting.ended beep_detected'],
    ['greeting_end', 'silence', 'greeting.ended ended'],
    ['greeting_end', 'timeout', 'greeting.ended not_sure'],
    ['detect_words', 'silence', 'greeting.ended ended'],
    ['detect_beep', 'beep', 'greeting.ended beep_detected'],
    ['detect_beep', 'timeout', undefined],
  ] as const)('%s tells of a greeting that ends by %s', async (mode, how, told) => {
    const { watch } = await detecting(mode)
    watch.answered('machine')
    watch.greetingEnded(how)
    expect(results()).toEqual(['detection.ended machine', ...(told ? [told] : [])])
  })

  it('takes who beeps for a machine', async () => {
    const { watch } = await detecting('greeting_end')
    watch.greetingEnded('beep')
    expect(results()).toEqual(['detection.ended machine', 'greeting.ended beep_detected'])
  })

  it.each([
    ['human', 1, 'human_residence'],
    ['human', 5, 'human_business'],
    ['machine', 6, 'machine'],
    ['silence', 0, 'silence'],
    ['fax', 0, 'fax_detected'],
    ['unsure', 3, 'not_sure'],
  ] as const)('premium tells %s of %i words as %s', async (by, words, result) => {
    const { watch } = await detecting('premium')
    watch.answered(by, { words })
    expect(results()).toEqual([`premium.detection.ended ${result}`])
  })

  it('premium goes by two of the settings only, as documented', async () => {
    const { watch } = await detecting('premium', {
      total_analysis_time_millis: 7000,
      greeting_duration_millis: 1500,
      silence_threshold: 512,
      maximum_number_of_words: 3,
    })
    expect(watch.wish).toMatchObject({
      ...{ totalMs: 7000, greetingMs: 1500, silenceThreshold: 256, mostWords: 5 },
      greetingEnd: { totalMs: 30_000 },
    })
  })

  it('premium tells of a beep, alone when it comes first', async () => {
    const first = await detecting('premium')
    first.watch.greetingEnded('beep')
    expect(results()).toEqual(['premium.greeting.ended beep_detected'])
    const { watch } = await detecting('premium')
    watch.answered('machine')
    watch.greetingEnded('timeout')
    expect(results()).toEqual(['premium.detection.ended machine'])
  })

  it('ends with the call', async () => {
    const { call, watch } = await detecting('detect')
    call.hangUp()
    expect(watch.stopped).toBe(true)
  })

  it('is not there unless asked for', async () => {
    const { watch } = await detecting('disabled')
    expect(watch).toBeUndefined()
  })

  it('refuses settings out of range', async () => {
    const answer = await dial('detect', { silence_threshold: -1, total_analysis_time_millis: 1.5 })
    expect(codes(answer)).toEqual(['10026', '10033'])
  })
})
