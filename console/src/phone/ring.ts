/** Hz of a bell, and seconds that it rings and is silent. */
const tones = [440, 480]
const [onS, offS] = [1, 2]
/** Rings that are scheduled: a minute of them. */
const rings = 20

/** Rings until the returned function is called, where the browser lets the page be heard. */
export function ring(): () => void {
  const context = new AudioContext()
  const bell = new GainNode(context, { gain: 0 })
  bell.connect(context.destination)
  for (const frequency of tones) {
    const source = new OscillatorNode(context, { frequency })
    source.connect(bell)
    source.start()
  }
  for (let n = 0; n < rings; n++) {
    const at = context.currentTime + n * (onS + offS)
    bell.gain.setTargetAtTime(0.05, at, 0.02)
    bell.gain.setTargetAtTime(0, at + onS, 0.02)
  }
  return () => void context.close().catch(() => {})
}
