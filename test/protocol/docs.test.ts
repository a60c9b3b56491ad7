import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { z } from 'zod'
import {
  telnyxAppFrames,
  telnyxRelayFrames,
  twilioAppFrames,
  twilioRelayFrames,
} from '../../src/protocol/index.js'

const page = readFileSync('docs/protocol.md', 'utf8')
const blocks = [...page.matchAll(/```json\n([\s\S]*?)```/g)].map(([, text]) => JSON.parse(text!))
const dialects: Record<string, z.ZodType>[] = [
  { ...twilioRelayFrames, ...twilioAppFrames },
  { ...telnyxRelayFrames, ...telnyxAppFrames },
]

describe('docs/protocol.md', () => {
  it.each(blocks)('shows a frame of a dialect: %j', (frame) => {
    const accepted = dialects.some((frames) => frames[frame.type]?.safeParse(frame).success)
    expect(accepted).toBe(true)
  })

  it('shows every frame there is', () => {
    const types = new Set(dialects.flatMap((frames) => Object.keys(frames)))
    expect(new Set(blocks.map(({ type }) => type))).toEqual(types)
  })

  it('names every field of what an app may send', () => {
    for (const schema of Object.values(twilioAppFrames)) {
      for (const field of Object.keys(schema.shape)) expect(page).toMatch(new RegExp(`[\`"]${field}[\`"]`))
    }
  })
})
