import { type KeyboardEvent, useEffect, useRef, useState } from 'react'
import WaveSurfer from 'wavesurfer.js'
import type { Peaks } from '../api/types.js'
import { text } from '../messages.js'
import { clock } from '../model/format.js'
import { colour, useColours } from '../theme.js'

interface WaveformProps {
  /** Where the recording can be played from. */
  readonly audioUrl: string
  /** It is still being recorded: what there is can be played, up to then. */
  readonly growing: boolean
  readonly peaks: Peaks
  /** Where to go, in seconds; a new object is a new wish. */
  readonly wish: { readonly seconds: number } | undefined
}

const speeds = [0.5, 1, 1.5, 2]
const laneHeight = 56

/** Caller above, agent below, with what plays them. */
export default function Waveform({ audioUrl, growing, peaks: known, wish }: WaveformProps) {
  const place = useRef<HTMLDivElement>(null)
  const wave = useRef<WaveSurfer>(undefined)
  const colours = useColours()
  const [playing, setPlaying] = useState(false)
  const [position, setPosition] = useState(0)
  const [speed, setSpeed] = useState(1)
  /** What there was of a recording that grows when it was asked to play. */
  const [soFar, setSoFar] = useState<Peaks>()
  /** Seconds from which that is played once it is there. */
  const from = useRef<number>(undefined)
  const peaks = growing ? (soFar ?? known) : known
  const seconds = secondsOf(peaks)
  const source = sourceOf(audioUrl, growing, soFar)

  const play = (at: number): void => {
    from.current = at
    setSoFar(known)
  }
  const playPause = (): void => {
    if (source === '') play(position < seconds ? position : 0)
    else void wave.current?.playPause()
  }

  // biome-ignore lint/correctness/useExhaustiveDependencies: peaks and speed are brought to the same picture below
  useEffect(() => {
    const media = new Audio()
    media.preload = 'metadata'
    if (source) media.src = source
    const nonce = document.querySelector<HTMLElement>('meta[property="csp-nonce"]')?.nonce
    const made = WaveSurfer.create({
      container: place.current!,
      media,
      height: laneHeight,
      normalize: false,
      maxPeak: 1,
      interact: source !== '',
      dragToSeek: source !== '',
      cursorColor: colour('--text'),
      splitChannels: [lane('--caller'), lane('--agent')],
      ...(nonce && { cspNonce: nonce }),
    })
    wave.current = made
    made.on('timeupdate', setPosition)
    made.on('play', () => setPlaying(true))
    made.on('pause', () => setPlaying(false))
    // The picture grows again.
    made.on('finish', () => setSoFar(undefined))
    return () => {
      media.pause()
      made.destroy()
      media.removeAttribute('src')
      wave.current = undefined
      setPlaying(false)
    }
  }, [source, colours])

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new picture has to be filled, too
  useEffect(() => {
    const sides = [peaks.caller, peaks.agent].map((side) => Float32Array.from(side, (peak) => peak / 100))
    wave.current?.load(source, sides, Math.max(seconds, 0.1)).catch(() => {})
  }, [peaks, source, colours])

  // biome-ignore lint/correctness/useExhaustiveDependencies: what is there when it is wished for
  useEffect(() => {
    if (!wish) return
    if (growing && wish.seconds > secondsOf(soFar)) play(wish.seconds)
    else go(wave.current, wish.seconds)
  }, [wish])

  // biome-ignore lint/correctness/useExhaustiveDependencies: another source is there to be played from
  useEffect(() => {
    if (from.current !== undefined) go(wave.current, from.current)
    from.current = undefined
  }, [source])

  const keys = (event: KeyboardEvent): void => {
    const steps: Record<string, number> = {
      ...{ ArrowLeft: position - 5, ArrowRight: position + 5, Home: 0, End: seconds },
      ...{ PageUp: position - 30, PageDown: position + 30 },
    }
    const to = steps[event.key]
    if (to === undefined) return
    event.preventDefault()
    wave.current?.setTime(Math.min(Math.max(0, to), seconds))
  }

  return (
    <div className="waveform">
      <div
        ref={place}
        className="wave"
        role="slider"
        tabIndex={0}
        aria-label={text.audio.position}
        aria-valuemin={0}
        aria-valuemax={Math.round(seconds)}
        aria-valuenow={Math.round(position)}
        aria-valuetext={clock(position * 1000)}
        onKeyDown={keys}
      />
      <div className="controls">
        <button type="button" className="main" onClick={playPause}>
          {playing ? text.audio.pause : text.audio.play}
        </button>
        <label>
          {text.audio.speed}{' '}
          <select
            value={speed}
            onChange={({ target }) => {
              setSpeed(Number(target.value))
              wave.current?.setPlaybackRate(Number(target.value), true)
            }}
          >
            {speeds.map((one) => (
              <option key={one} value={one}>
                {one}×
              </option>
            ))}
          </select>
        </label>
        {growing && <span className="quiet">{soFar ? text.audio.soFar : text.audio.recording}</span>}
        <span className="time">
          {clock(position * 1000)} / {clock(seconds * 1000)}
        </span>
        <span className="key caller">{text.call.caller}</span>
        <span className="key agent">{text.call.agent}</span>
      </div>
    </div>
  )
}

function secondsOf(peaks: Peaks | undefined): number {
  return peaks ? peaks.caller.length / peaks.perSecond : 0
}

/** An absolute URL, as media elements tell theirs; '' while there is nothing to be played. */
function sourceOf(audioUrl: string, growing: boolean, soFar: Peaks | undefined): string {
  if (growing && !soFar) return ''
  const { href } = new URL(audioUrl, location.href)
  return soFar && growing ? `${href}?until=${Math.floor(1000 * secondsOf(soFar))}` : href
}

function lane(name: string) {
  return { waveColor: colour(name), progressColor: colour(`${name}-strong`), height: laneHeight }
}

function go(wave: WaveSurfer | undefined, seconds: number): void {
  if (!wave) return
  wave.setTime(Math.max(0, seconds))
  if (wave.getMediaElement()?.src) wave.play().catch(() => {})
}
