import { PhoneError } from './error.js'
import type { AudioInput, AudioOutput, SoundOptions } from './types.js'

/** What is sent into a call, and what is heard of it. */
export class Sound {
  /** What is sent; undefined before there is anything to send. */
  track: MediaStreamTrack | undefined
  private readonly context = new AudioContext()
  private readonly gate = new GainNode(this.context)
  private readonly sent = new AnalyserNode(this.context, { fftSize: 1024 })
  private readonly heard = new AnalyserNode(this.context, { fftSize: 1024 })
  private readonly destination = new MediaStreamAudioDestinationNode(this.context, { channelCount: 1 })
  private element = new Audio()
  private ownElement = true
  private remote: MediaStreamAudioSourceNode | undefined
  /** Whether somebody hears what is sent. */
  private heardThere = false
  /** Begins a WAV that is the input: it waits for somebody who hears it. */
  private waiting: (() => void) | undefined
  /** Stops what the input is. */
  private release = (): void => {}
  private readonly playing = new Set<AudioBufferSourceNode>()
  private level = 1

  constructor() {
    this.gate.connect(this.sent).connect(this.destination)
    // Without a source nothing is sent, not even keys: between two WAVs there is silence.
    const silence = new ConstantSourceNode(this.context, { offset: 0 })
    silence.connect(this.destination)
    silence.start()
  }

  /** @throws PhoneError `microphone_refused` */
  async open({ input = 'microphone', output }: SoundOptions): Promise<void> {
    await this.setInput(input)
    await this.setOutput(output)
  }

  /** @throws PhoneError `microphone_refused` */
  async setInput(input: AudioInput): Promise<void> {
    const begin = await this.prepare(input)
    this.release()
    this.release = begin()
    if (input !== 'none') this.send()
    this.wake()
  }

  /** Somebody hears what is sent from now on. */
  begin(): void {
    this.heardThere = true
    this.waiting?.()
    this.waiting = undefined
  }

  async setOutput(output: AudioOutput): Promise<void> {
    if (output instanceof HTMLAudioElement) {
      const { srcObject } = this.element
      this.quiet()
      this.element = output
      this.ownElement = false
      this.hear(srcObject as MediaStream | null)
      return
    }
    this.element.muted = output === false
    if (output) await (this.element as { setSinkId?(id: string): Promise<void> }).setSinkId?.(output.deviceId)
  }

  /** Plays a WAV beside the input. Resolves at its end. @param heard resolves when what is sent is heard */
  async play(wav: string | Blob | ArrayBuffer, heard: () => Promise<void>): Promise<void> {
    const buffer = await this.decode(wav)
    this.send()
    this.wake()
    await heard()
    if (this.context.state === 'closed') return
    await new Promise<void>((resolve) => this.start(buffer, resolve))
  }

  /** What comes from the other end. */
  hear(stream: MediaStream | null): void {
    this.remote?.disconnect()
    this.remote = undefined
    this.element.srcObject = stream
    if (!stream) return
    this.element.volume = this.level
    this.element.play().catch(() => {})
    this.remote = new MediaStreamAudioSourceNode(this.context, { mediaStream: stream })
    this.remote.connect(this.heard)
  }

  get muted(): boolean {
    return this.gate.gain.value === 0
  }

  set muted(on: boolean) {
    this.gate.gain.value = on ? 0 : 1
  }

  get volume(): number {
    return this.level
  }

  set volume(level: number) {
    this.level = Math.min(1, Math.max(0, level))
    this.element.volume = this.level
  }

  levels(): { input: number; output: number } {
    return { input: levelOf(this.sent), output: levelOf(this.heard) }
  }

  close(): void {
    this.release()
    this.release = () => {}
    for (const source of this.playing) source.stop()
    this.quiet()
    this.track?.stop()
    if (this.context.state !== 'closed') void this.context.close()
  }

  private quiet(): void {
    this.remote?.disconnect()
    this.remote = undefined
    this.element.srcObject = null
    if (this.ownElement) this.element.pause()
  }

  private send(): void {
    this.track ??= this.destination.stream.getAudioTracks()[0]
  }

  /** Browsers let a page make sound once it was clicked at, or while it records. */
  private wake(): void {
    if (this.context.state === 'suspended') this.context.resume().catch(() => {})
  }

  /** Gets the input ready. @returns what begins it, and then what ends it */
  private async prepare(input: AudioInput): Promise<() => () => void> {
    if (input === 'none') return () => () => {}
    if (input instanceof MediaStream) return () => this.connect(input)
    if (input === 'microphone' || isDevice(input)) {
      const stream = await microphone(isDevice(input) ? input.deviceId : undefined)
      return () => {
        const disconnect = this.connect(stream)
        return () => {
          disconnect()
          for (const track of stream.getTracks()) track.stop()
        }
      }
    }
    const buffer = await this.decode(input)
    return () => {
      let source: AudioBufferSourceNode | undefined
      const play = (): void => {
        source = this.start(buffer, () => {})
      }
      if (this.heardThere) play()
      else this.waiting = play
      return () => {
        this.waiting = undefined
        source?.stop()
      }
    }
  }

  private connect(stream: MediaStream): () => void {
    const source = new MediaStreamAudioSourceNode(this.context, { mediaStream: stream })
    source.connect(this.gate)
    return () => source.disconnect()
  }

  private start(buffer: AudioBuffer, ended: () => void): AudioBufferSourceNode {
    const source = new AudioBufferSourceNode(this.context, { buffer })
    this.playing.add(source)
    source.onended = () => {
      this.playing.delete(source)
      source.disconnect()
      ended()
    }
    source.connect(this.gate)
    source.start()
    return source
  }

  private async decode(wav: string | Blob | ArrayBuffer): Promise<AudioBuffer> {
    if (typeof wav === 'string') return this.decode(await (await fetch(wav)).arrayBuffer())
    const bytes = wav instanceof Blob ? await wav.arrayBuffer() : wav.slice(0)
    return this.context.decodeAudioData(bytes)
  }
}

const samples = new Float32Array(1024)

/** -60 dBFS is 0, 0 dBFS is 1. */
function levelOf(analyser: AnalyserNode): number {
  analyser.getFloatTimeDomainData(samples)
  let sum = 0
  for (const sample of samples) sum += sample * sample
  const decibels = 10 * Math.log10(sum / samples.length + 1e-9)
  return Math.min(1, Math.max(0, 1 + decibels / 60))
}

function isDevice(input: AudioInput): input is { readonly deviceId: string } {
  return typeof input === 'object' && 'deviceId' in input
}

async function microphone(deviceId: string | undefined): Promise<MediaStream> {
  if (!navigator.mediaDevices) {
    const where = 'Browsers give microphones to pages of https:// and of this machine only.'
    throw new PhoneError('microphone_refused', where)
  }
  const audio = {
    echoCancellation: true,
    noiseSuppression: true,
    autoGainControl: true,
    ...(deviceId !== undefined && { deviceId: { exact: deviceId } }),
  }
  try {
    return await navigator.mediaDevices.getUserMedia({ audio })
  } catch (thrown) {
    throw new PhoneError('microphone_refused', `There is no microphone: ${(thrown as Error).message}`)
  }
}
