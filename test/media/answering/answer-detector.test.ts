import { describe, expect, it } from 'vitest'
import {
  beep,
  byOf,
  findings,
  hasFlite,
  hasPrompts,
  joined,
  prompt,
  silence,
  spoken,
  word,
  words,
} from './support.js'

const greetingEnd = { silenceMs: 1500, totalMs: 5000 }

describe('who answered', () => {
  it('is a person who says a word and waits', () => {
    expect(findings(joined(silence(500), word(400), silence(2000)))).toEqual([
      { kind: 'answered', by: 'human', words: 1, afterMs: 1700 },
    ])
  })

  it('is a person who says a few words', () => {
    expect(byOf(joined(silence(300), words(4), silence(2000)))).toBe('human')
  })

  it('is a machine that says more words than a person does', () => {
    const [found] = findings(joined(silence(300), words(12)))
    expect(found).toMatchObject({ by: 'machine', words: 6 })
    expect(byOf(joined(words(4), silence(2000)), { mostWords: 3 })).toBe('machine')
  })

  it('is a machine that goes on when the time is up', () => {
    const fluent = joined(silence(300), word(1600), silence(60), word(1600), silence(1000))
    expect(findings(fluent)).toEqual([{ kind: 'answered', by: 'machine', words: 2, afterMs: 3500 }])
  })

  it('is a machine where one word does not end', () => {
    expect(byOf(word(3000), { longestWordMs: 2000 })).toBe('machine')
    expect(byOf(word(5000))).toBe('machine')
  })

  it('is a machine where the greeting is longer than a person’s', () => {
    expect(byOf(words(5, 400), { greetingMs: 1500 })).toBe('machine')
    expect(byOf(joined(words(3), silence(2000)), { greetingMs: 1500 })).toBe('human')
  })

  it('is nobody where nothing is said', () => {
    expect(findings(silence(6000))).toEqual([{ kind: 'answered', by: 'silence', words: 0, afterMs: 3500 }])
    expect(byOf(silence(6000), { initialSilenceMs: 1800 })).toBe('silence')
    expect(byOf(joined(silence(1000), beep(60), silence(4000)))).toBe('silence')
  })

  it('is left undecided when the time is up', () => {
    const late = joined(silence(2000), words(5))
    expect(findings(late)).toEqual([{ kind: 'answered', by: 'unsure', words: 4, afterMs: 3500 }])
    expect(byOf(joined(silence(2500), words(2)), { totalMs: 2600 })).toBe('unsure')
  })

  it('hears sounds that are softer than the threshold as silence', () => {
    const soft = word(2000).map((sample) => sample / 50)
    expect(byOf(joined(soft, soft, soft), { mostWords: 0 })).toBe('silence')
    expect(byOf(joined(soft, soft, soft), { mostWords: 0, silenceThreshold: 20 })).toBe('machine')
  })

  it('is a fax where its tone is heard, and no machine with a long beep', () => {
    expect(byOf(joined(silence(1000), beep(2600, 2100)))).toBe('fax')
    expect(byOf(joined(words(2), beep(800, 1400), silence(500)))).toBe('machine')
  })
})

describe('the end of a machine’s greeting', () => {
  it('is a beep', () => {
    const call = joined(words(12), beep(400), silence(100))
    expect(findings(call, { greetingEnd })).toEqual([
      { kind: 'answered', by: 'machine', words: 6, afterMs: 2100 },
      { kind: 'greeting-ended', how: 'beep', afterMs: 5220 },
    ])
  })

  it('is silence, where that is taken for one', () => {
    const call = joined(words(8), silence(2500), beep(400), silence(100))
    expect(findings(call, { greetingEnd }).at(-1)).toMatchObject({ how: 'silence' })
    expect(findings(call, { greetingEnd: { totalMs: 30_000 } }).at(-1)).toMatchObject({ how: 'beep' })
  })

  it('is not waited for longer than asked', () => {
    const [machine, end] = findings(words(40), { greetingEnd })
    expect(end).toMatchObject({ how: 'timeout', afterMs: machine!.afterMs + 5000 })
  })

  it('may be a beep before anything is sure', () => {
    expect(findings(joined(words(2), beep(500), silence(100)), { greetingEnd })).toEqual([
      expect.objectContaining({ kind: 'greeting-ended', how: 'beep' }),
    ])
  })

  it('is not waited for with a person, nor with a fax', () => {
    const person = joined(word(), silence(2000), beep(500), silence(100))
    expect(findings(person, { greetingEnd })).toHaveLength(1)
    expect(findings(joined(beep(2600, 2100), silence(100)), { greetingEnd })).toHaveLength(1)
  })

  it('is waited for where nothing was said: the machine may be slow', () => {
    const found = findings(joined(silence(4000), words(2), beep(500), silence(100)), { greetingEnd })
    expect(found).toMatchObject([{ by: 'silence' }, { how: 'beep' }])
  })
})

describe.skipIf(!hasPrompts)('a recorded voice', () => {
  it.each(['demo-congrats', 'vm-options', 'demo-abouttotry', 'dir-intro', 'demo-moreinfo'])(
    '%s is a machine, and its beep is heard',
    (name) => {
      const call = joined(silence(300), prompt(name), prompt('beep'), silence(300))
      const found = findings(call, { greetingEnd: { totalMs: 60_000 } })
      expect(found).toMatchObject([{ by: 'machine' }, { how: 'beep' }])
      expect(found[1]!.afterMs).toBeGreaterThan((call.length / 8000) * 1000 - 700)
    },
  )

  it('is never a person, and a machine as a rule', () => {
    const names =
      'demo-instruct basic-pbx-ivr-main conf-adminmenu conf-usermenu priv-callee-options vm-opts-full'
    const found = `${names} demo-echotest vm-msginstruct tt-allbusy vm-review`
      .split(' ')
      .map((name) => byOf(prompt(name)))
    expect(found).not.toContain('human')
    expect(found.filter((by) => by === 'machine').length).toBeGreaterThanOrEqual(8)
  })
})

describe.skipIf(!hasFlite)('a person', () => {
  it.each(['Hello?', 'Yes?', 'Anna speaking.', 'Hi, this is John.'])('who says "%s" is one', (text) => {
    for (const voice of ['slt', 'rms', 'awb']) {
      expect(byOf(joined(silence(400), spoken(text, voice), silence(1500)))).toBe('human')
    }
  })
})
