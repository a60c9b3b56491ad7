import koffi from 'koffi'
import type { Handle, Sphinx } from './library.js'

/** Bytes before `cmn_struct` in the public `struct feat_s` of sphinxbase/feat.h, on 64-bit machines. */
const cmnOffset = 88
/** Hz from which audio has the whole band that the model was trained on. */
const wideband = 16_000

/**
 * The mean of a channel's cepstra: what telephone and voice add to every sound. A decoder subtracts it, and learns it
 * as it listens. It is kept with the stream, not with the decoder, or every caller would be heard through the last
 * one's telephone; and it starts from what such lines are like, since the model's own start is far off for a
 * telephone's band: words wrong in a first utterance at 8 kHz fell from 72 % to 42 % (docs/speech.md).
 */
export type Channel = Float32Array

/** Means over three flite voices, and at 8 kHz recorded prompts as well, after ten utterances each. */
const starts = {
  narrow: [46.7, 18, -12.98, 32.78, -3.1, -7.97, 18.93, -20.74, 9.32, -2.28, -6.73, 14.79, -10.45],
  wide: [39.49, -4.21, 6.3, 15.81, -0.52, -0.27, 2.87, -3.8, -2.67, -3.17, 3.89, 1.78, 1.21],
}

/** @param sampleRate Hz of the stream; narrowband is widened by `Utterance`, which its start takes into account */
export function startChannel(sampleRate: number): Channel {
  return Float32Array.from(sampleRate < wideband ? starts.narrow : starts.wide)
}

/** Prepares a decoder for the channel of the stream that borrows it. */
export function tuneIn(sphinx: Sphinx, decoder: Handle, channel: Channel): void {
  sphinx.setCepstralMean(meanOf(sphinx, decoder), channel)
}

/** Takes over what a decoder has learnt of the channel. */
export function learn(sphinx: Sphinx, decoder: Handle, channel: Channel): void {
  sphinx.getCepstralMean(meanOf(sphinx, decoder), channel)
}

function meanOf(sphinx: Sphinx, decoder: Handle): Handle {
  return koffi.decode(sphinx.features(decoder), cmnOffset, 'void *')
}
