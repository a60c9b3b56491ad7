import { describe, expect, it } from 'vitest'
import { hasMarkup, isBalanced, tagAt } from '../../../src/session/speaking/markup.js'

describe('markup', () => {
  it.each([
    ['<break time="1s"/>', { end: 18, nesting: 0, endsSentence: false }],
    ['<break time="1s">', { end: 17, nesting: 0, endsSentence: false }],
    ['<prosody rate="slow">', { end: 21, nesting: 1, endsSentence: false }],
    ['</Speak>', { end: 8, nesting: -1, endsSentence: true }],
    ['<amazon:effect name="whispered">', { end: 32, nesting: 1, endsSentence: false }],
    ['<pros', 'begun'],
    ['<prosody rate="', 'begun'],
    ['<', 'begun'],
    ['<3', undefined],
    ['< b', undefined],
    ['<table>', undefined],
    ['<y and so on', undefined],
  ])('reads %s', (text, tag) => {
    expect(tagAt(text, 0)).toEqual(tag)
  })

  it('knows markup from other angle brackets', () => {
    expect(hasMarkup('say <emphasis>this</emphasis>')).toBe(true)
    expect(hasMarkup('a < b > c and <3')).toBe(false)
  })

  it('knows what an engine would refuse', () => {
    expect(isBalanced('<s>One.</s> <break/> two < three')).toBe(true)
    expect(isBalanced('<s>One.')).toBe(false)
    expect(isBalanced('One.</s><s>')).toBe(false)
  })
})
