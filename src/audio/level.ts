/** What `dbfs` says of digital silence, and the least it ever says. */
const SILENCE_DBFS = -100

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

/** The linear level, 0 to 32768, of `db` dB relative to full scale. */
export function fromDbfs(db: number): number {
  return 32768 * 10 ** (db / 20)
}

/** Level of `pcm` in dB relative to full scale: a full-scale sine is about -3. */
export function dbfs(pcm: Int16Array): number {
  const level = rms(pcm)
  return level === 0 ? SILENCE_DBFS : Math.max(SILENCE_DBFS, 20 * Math.log10(level / 32768))
}

/** Adds `voice` to `into`, sample by sample, as far as the shorter goes; sums beyond 16 bits stay at the limit. */
export function mixInto(into: Int16Array, voice: Int16Array): void {
  const count = Math.min(into.length, voice.length)
  for (let i = 0; i < count; i++) into[i] = clip(into[i] + voice[i])
}

/** Lowers the last `samples` of `pcm` in place to silence, along half a cosine: no click, no audible ramp. */
export function fadeOut(pcm: Int16Array, samples = pcm.length): void {
  const count = Math.min(samples, pcm.length)
  const last = pcm.length - 1
  for (let i = 0; i < count; i++) {
    const share = 0.5 - 0.5 * Math.cos((Math.PI * (i + 0.5)) / count)
    pcm[last - i] = Math.round(pcm[last - i] * share)
  }
}

/** The nearest 16-bit sample to a whole number. */
export function clip(value: number): number {
  if (value > 32767) return 32767
  return Math.max(value, -32768)
}
