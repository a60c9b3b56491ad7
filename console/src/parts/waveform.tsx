import { type KeyboardEvent, useEffect, useRef, useState } from 'react'
import WaveSurfer from 'wavesurfer.js'
import type { Peaks } from '../api/types.js'
import { text } from '../messages.js'
import { clock } from '../model/format.js'
import { colour, useColours } from '../theme.js'

interface WaveformProps {
  /** '' while there is nothing to be played. */
  readonly audioUrl: string
  readonly peaks: Peaks
  /** Where to go, in seconds; a new object is a new wish. */
  readonly wish: { readonly seconds: number } | undefined
}

const speeds = [0.5, 1, 1.5, 2]
const laneHeight = 56

/** Caller above, agent below, with what plays them. */
export default function Waveform({ audioUrl, peaks, wish }: WaveformProps) {
  const place = useRef<HTMLDivElement>(null)
  const wave = useRef<WaveSurfer>(undefined)
  const colours = useColours()
  const [playing, setPlaying] = useState(false)
  const [position, setPosition] = useState(0)
  const [speed, setSpeed] = useState(1)
  const seconds = peaks.caller.length / peaks.perSecond

  // biome-ignore lint/correctness/useExhaustiveDependencies: peaks and speed are brought to the same picture below
  useEffect(() => {
    const media = new Audio()
    media.preload = 'metadata'
    if (audioUrl) media.src = audioUrl
    const nonce = document.querySelector<HTMLElement>('meta[property="csp-nonce"]')?.nonce
    const made = WaveSurfer.create({
      container: place.current!,
      media,
      height: laneHeight,
      normalize: false,
      maxPeak: 1,
      interact: audioUrl !== '',
      dragToSeek: audioUrl !== '',
      cursorColor: colour('--text'),
      splitChannels: [lane('--caller'), lane('--agent')],
      ...(nonce && { cspNonce: nonce }),
    })
    wave.current = made
    made.on('timeupdate', setPosition)
    made.on('play', () => setPlaying(true))
    made.on('pause', () => setPlaying(false))
    return () => {
      media.pause()
      made.destroy()
      media.removeAttribute('src')
      wave.current = undefined
      setPlaying(false)
    }
  }, [audioUrl, colours])

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new picture has to be filled, too
  useEffect(() => {
    const sides = [peaks.caller, peaks.agent].map((side) => Float32Array.from(side, (peak) => peak / 100))
    wave.current?.load(audioUrl, sides, Math.max(seconds, 0.1)).catch(() => {})
  }, [peaks, audioUrl, colours])

  useEffect(() => {
    if (wish) go(wave.current, wish.seconds)
  }, [wish])

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
        {audioUrl ? (
          <>
            <button type="button" className="main" onClick={() => wave.current?.playPause()}>
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
          </>
        ) : (
          <span className="quiet">{text.audio.recording}</span>
        )}
        <span className="time">
          {clock(position * 1000)} / {clock(seconds * 1000)}
        </span>
        <span className="key caller">{text.call.caller}</span>
        <span className="key agent">{text.call.agent}</span>
      </div>
    </div>
  )
}

function lane(name: string) {
  return { waveColor: colour(name), progressColor: colour(`${name}-strong`), height: laneHeight }
}

function go(wave: WaveSurfer | undefined, seconds: number): void {
  if (!wave) return
  wave.setTime(Math.max(0, seconds))
  if (wave.getMediaElement()?.src) wave.play().catch(() => {})
}
