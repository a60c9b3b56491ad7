import { describe, expect, it } from 'vitest'
import type { z } from 'zod'
import {
  dialects,
  telnyxAppFrames,
  telnyxRelayFrames,
  twilioAppFrames,
  twilioRelayFrames,
} from '../../src/protocol/index.js'
import { telnyxExamples, twilioExamples } from './vendor-examples.js'

const platforms = [
  { name: 'twilio', relay: twilioRelayFrames, app: twilioAppFrames, examples: twilioExamples },
  { name: 'telnyx', relay: telnyxRelayFrames, app: telnyxAppFrames, examples: telnyxExamples },
] as const

describe.each(platforms)('frames of $name', ({ name, relay, app, examples }) => {
  const schemaOf = (schemas: Record<string, z.ZodType>, text: string) => schemas[JSON.parse(text).type]!

  it.each(examples.fromRelay)('the relay may send %s', (text) => {
    expect(schemaOf(relay, text).parse(JSON.parse(text))).toEqual(JSON.parse(text))
  })

  it.each(examples.fromApp)('the app may send %s', (text) => {
    expect(schemaOf(app, text).parse(JSON.parse(text))).toMatchObject(JSON.parse(text))
    expect(dialects[name].decode(text, false)).toMatchObject({ ok: true })
  })

  it.each(Object.entries({ ...relay, ...app }) as [string, z.ZodType][])(
    'the examples of %s in the AsyncAPI document follow their own schema',
    (type, schema) => {
      const examples = schema.meta()?.['examples'] as { type: string }[]
      expect(examples.length).toBeGreaterThan(0)
      for (const example of examples) {
        expect(example.type).toBe(type)
        expect(() => schema.parse(example)).not.toThrow()
      }
    },
  )
})
