import { describe, expect, it } from 'vitest'
import { Tokens } from '../../../src/speech/sherpa/hotwords.js'

const english = new Tokens(
  ['<blk> 0', '<unk> 1', 'ER 2', '▁T 3', '▁TA 4', 'BLE 5', 'BL 6', "▁'S 7", ...'▁ABELRST']
    .map((line, i) => (line.includes(' ') ? line : `${line} ${i}`))
    .join('\n'),
)
const mixed = new Tokens('<blk> 0\n你 1\n好 2\n▁hel 3\nlo 4\nl 5\no 6\n▁ 7\nh 8\ne 9\n▁h 10\n▁he 11\n')

describe('Tokens', () => {
  it('knows a model that writes in capitals only', () => {
    expect([english.capitals, mixed.capitals]).toEqual([true, false])
  })

  it('writes hints in the letters of the model, each once, and leaves out what it has no letters for', () => {
    expect(english.hotwords(['table', 'Table!', 'rates', 'zebra', '', '…', 'table zebra'])).toEqual([
      'TABLE',
      'RATES',
    ])
    expect(mixed.hotwords(['Hello', '你好', '你们', 'hello 你'])).toEqual(['hello', '你好', 'hello 你'])
  })

  it('leaves out what is too long for a phrase, in no time', () => {
    expect(english.hotwords(['table '.repeat(17), 'e'.repeat(1_000_000), 'table '.repeat(16)])).toEqual([
      Array(16).fill('TABLE').join(' '),
    ])
  })

  it('says what hints are written in', () => {
    expect([english.unit, mixed.unit]).toEqual(['bpe', 'cjkchar+bpe'])
  })

  it('lists its pieces as sentencepiece does', () => {
    expect(mixed.vocabulary()).toMatch(/^<blk>\t-?0\n你\t-1\n/)
  })
})
