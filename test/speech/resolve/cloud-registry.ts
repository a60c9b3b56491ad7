import { afterEach } from 'vitest'
import { createSpeechRegistry, type SpeechRegistry } from '../../../src/speech/registry.js'
import { createEnergyDetector } from '../../../src/speech/vad/energy-detector.js'
import {
  isCloud,
  type RegisteredStt,
  type RegisteredTts,
  type SttVendor,
  type TtsVendor,
} from '../../../src/speech/vendor.js'
import type { VendorSettings } from '../../../src/speech/vendor-settings.js'
import { sttVendors, ttsVendors } from '../../../src/speech/vendors.js'

const localTts = {
  name: 'local',
  ssml: false,
  voiceFor: ({ name }) => ({ voice: name === 'slt' ? 'slt' : 'own', language: 'en-US' }),
  async *speak() {
    yield { pcm: new Int16Array(80), sampleRate: 8000, marks: [] }
  },
  async close() {},
} satisfies RegisteredTts

const localStt = {
  name: 'ears',
  endpointing: 'relay',
  languageFor: (language: string) => (language.startsWith('en') ? language : undefined),
  open: () => {
    throw new Error('not here')
  },
  async close() {},
} satisfies RegisteredStt

const row = { aliases: [], summary: '', install: '', capabilities: {} as never }
const registries: SpeechRegistry[] = []

afterEach(async () => {
  await Promise.all(registries.splice(0).map((registry) => registry.close()))
})

/** A registry of all cloud vendors, of which these are configured, with `local` and `ears` beside them. */
export async function registry(
  vendors: Record<string, VendorSettings>,
  options: object = {},
): Promise<SpeechRegistry> {
  const made = await createSpeechRegistry(
    { stt: 'auto', tts: 'auto', vendors, ...options },
    {
      ttsVendors: [
        ...ttsVendors.filter(isCloud),
        { ...row, name: 'local', start: async () => localTts } as TtsVendor,
      ],
      sttVendors: [
        ...sttVendors.filter(isCloud),
        { ...row, name: 'ears', start: async () => localStt } as SttVendor,
      ],
      startDetector: async () => ({ detector: createEnergyDetector(), line: '' }),
    },
  )
  registries.push(made)
  return made
}
