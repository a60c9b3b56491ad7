import { PocketSphinx } from './stt/pocketsphinx.js'
import { EspeakNg } from './tts/espeak-ng.js'
import { Flite } from './tts/flite.js'
import type { RegisteredStt, RegisteredTts, Vendor } from './vendor.js'

/** Every text-to-speech vendor, best first: `auto` takes the first that starts and speaks the language. */
export const ttsVendors: readonly Vendor<RegisteredTts>[] = [
  {
    name: 'flite',
    aliases: [],
    summary: 'English voices slt, rms, awb, kal',
    install: 'apt-get install flite',
    start: () => Flite.start(),
  },
  {
    name: 'espeak-ng',
    aliases: ['espeak'],
    summary: 'over 100 languages, robotic',
    install: 'apt-get install espeak-ng',
    start: () => EspeakNg.start(),
  },
]

/** Every speech-to-text vendor, best first. */
export const sttVendors: readonly Vendor<RegisteredStt>[] = [
  {
    name: 'pocketsphinx',
    aliases: ['sphinx'],
    summary: 'English; best over G.722 or Opus, or with hints',
    install: 'apt-get install pocketsphinx pocketsphinx-en-us',
    start: () => PocketSphinx.start(),
  },
]
