import { fromDbfs } from '../../audio/index.js'

/** Quieter than this is silence; synthetic voices have none of a room's noise. */
const threshold = fromDbfs(-45)
/** ms of a window within which the loudest sample decides. */
const windowMs = 10

/** A stretch of sound, in samples; `end` is exclusive. */
export interface Sounding {
  readonly start: number
  readonly end: number
}

/** The stretches of sound in `pcm` that are parted by at least `gapMs` of silence. */
export function soundings(pcm: Int16Array, sampleRate: number, gapMs: number): Sounding[] {
  const window = Math.max(1, Math.round((sampleRate * windowMs) / 1000))
  const gap = (sampleRate * gapMs) / 1000
  const found: { start: number; end: number }[] = []
  for (let start = 0; start < pcm.length; start += window) {
    const end = Math.min(pcm.length, start + window)
    if (!isLoud(pcm, start, end)) continue
    const last = found.at(-1)
    if (last && start - last.end < gap) last.end = end
    else found.push({ start, end })
  }
  return found
}

/** Audio without the silence around it. */
export interface Trimmed {
  readonly pcm: Int16Array
  /** Samples taken away at its start. */
  readonly shift: number
}

/** `pcm` with at most `leadMs` of silence before its first sound and just `tailMs` after its last; empty without sound. */
export function trimSilence(pcm: Int16Array, sampleRate: number, leadMs: number, tailMs: number): Trimmed {
  const [sound] = soundings(pcm, sampleRate, Number.POSITIVE_INFINITY)
  if (!sound) return { pcm: new Int16Array(0), shift: 0 }
  const lead = Math.round((sampleRate * leadMs) / 1000)
  const tail = Math.round((sampleRate * tailMs) / 1000)
  const shift = Math.max(0, sound.start - lead)
  const out = new Int16Array(sound.end + tail - shift)
  out.set(pcm.subarray(shift, Math.min(pcm.length, sound.end + tail)))
  return { pcm: out, shift }
}

function isLoud(pcm: Int16Array, start: number, end: number): boolean {
  for (let i = start; i < end; i++) if (pcm[i] > threshold || pcm[i] < -threshold) return true
  return false
}
