import { z } from 'zod'
import { decimal, named } from './fields.js'

const speed = z.number().default(1)

/** Options of a voice that only its vendor has, told apart by `type`. */
export const voiceSettings = z.discriminatedUnion('type', [
  z.object({ type: z.literal('telnyx'), voice_speed: decimal(0.1, 2).default(1) }),
  z.object({ type: z.literal('elevenlabs'), api_key_ref: z.string().optional() }),
  z.object({ type: z.literal('aws') }),
  z.object({
    type: z.literal('azure'),
    api_key_ref: z.string().optional(),
    region: z.string().optional(),
    deployment_id: z.string().optional(),
    effect: z.enum(['eq_car', 'eq_telecomhp8k']).optional(),
    gender: z.enum(['Male', 'Female']).optional(),
  }),
  z.object({
    type: z.literal('minimax'),
    speed,
    vol: z.number().default(1),
    pitch: z.int().default(0),
    language_boost: named(
      'auto Chinese Chinese,Yue English Arabic Russian Spanish French Portuguese German Turkish ' +
        'Dutch Ukrainian Vietnamese Indonesian Japanese Italian Korean Thai Polish Romanian Greek ' +
        'Czech Finnish Hindi Bulgarian Danish Hebrew Malay Persian Slovak Swedish Croatian Filipino ' +
        'Hungarian Norwegian Slovenian Catalan Nynorsk Tamil Afrikaans',
    ).optional(),
  }),
  z.object({ type: z.literal('rime'), voice_speed: speed }),
  z.object({
    type: z.literal('resemble'),
    precision: z.enum(['PCM_16', 'PCM_24', 'PCM_32', 'MULAW']).default('PCM_32'),
    sample_rate: z.enum(['8000', '16000', '22050', '32000', '44100', '48000']).default('48000'),
    format: z.enum(['wav', 'mp3']).default('mp3'),
  }),
  z.object({
    type: z.literal('inworld'),
    delivery_mode: z.enum(['STABLE', 'BALANCED', 'CREATIVE']).optional(),
  }),
  z.object({ type: z.literal('xai'), language: z.string().default('auto') }),
  z.object({
    type: z.literal('soniox'),
    speed: decimal(0.7, 1.3).optional(),
    reduce_silence: z.boolean().optional(),
  }),
])

export type VoiceSettings = z.output<typeof voiceSettings>
