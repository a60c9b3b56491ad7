/** What `dbfs` says of digital silence, and the least it ever says. */
export const SILENCE_DBFS = -100

/** Root mean square of `pcm`, 0 to 32768; 0 for no samples. */
export function rms(pcm: Int16Array): number {
  if (pcm.length === 0) return 0
  let sum = 0
  for (let i = 0; i < pcm.length; i++) sum += pcm[i] * pcm[i]
  return Math.sqrt(sum / pcm.length)
}

/** The greatest magnitude in `pcm`, 0 to 32768. */
export function peak(pcm: Int16Array): number {
  let most = 0
  for (let i = 0; i < pcm.length; i++) {
    const magnitude = pcm[i] < 0 ? -pcm[i] : pcm[i]
    if (magnitude > most) most = magnitude
  }
  return most
}

/** A linear level (0 to 32768, an `rms` or a `peak`) in dB relative to full scale: 32768 is 0. */
export function toDbfs(level: number): number {
  return level <= 0 ? SILENCE_DBFS : Math.max(SILENCE_DBFS, 20 * Math.log10(level / 32768))
}

/** The linear level, 0 to 32768, of `db` dB relative to full scale. */
export function fromDbfs(db: number): number {
  return 32768 * 10 ** (db / 20)
}

/** Level of `pcm` in dB relative to full scale: a full-scale sine is about -3. */
export function dbfs(pcm: Int16Array): number {
  return toDbfs(rms(pcm))
}

/** Adds `voice` to `into`, sample by sample, as far as the shorter goes; sums beyond 16 bits stay at the limit. */
export function mixInto(into: Int16Array, voice: Int16Array): void {
  const count = Math.min(into.length, voice.length)
  for (let i = 0; i < count; i++) into[i] = clip(into[i] + voice[i])
}

/** Multiplies `pcm` in place by `gain`; results beyond 16 bits stay at the limit. */
export function applyGain(pcm: Int16Array, gain: number): void {
  for (let i = 0; i < pcm.length; i++) pcm[i] = clip(Math.round(pcm[i] * gain))
}

/** Raises the first `samples` of `pcm` in place from silence, along half a cosine: no click, no audible ramp. */
export function fadeIn(pcm: Int16Array, samples = pcm.length): void {
  const count = Math.min(samples, pcm.length)
  for (let i = 0; i < count; i++) pcm[i] = Math.round(pcm[i] * raised((i + 0.5) / count))
}

/** Lowers the last `samples` of `pcm` in place to silence, the mirror of `fadeIn`. */
export function fadeOut(pcm: Int16Array, samples = pcm.length): void {
  const count = Math.min(samples, pcm.length)
  const last = pcm.length - 1
  for (let i = 0; i < count; i++) pcm[last - i] = Math.round(pcm[last - i] * raised((i + 0.5) / count))
}

/** The nearest 16-bit sample to a whole number. */
export function clip(value: number): number {
  if (value > 32767) return 32767
  return Math.max(value, -32768)
}

function raised(share: number): number {
  return 0.5 - 0.5 * Math.cos(Math.PI * share)
}
