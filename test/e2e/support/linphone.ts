import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { freePort } from './ports.js'
import { concat, type Pcm, silence, writeWav } from './speech.js'
import { until } from './wait.js'

/** Its names of codecs, with the rate at which it records them. */
const codecs = { opus: 48_000, PCMU: 8_000, PCMA: 8_000 } as const

/** A real SIP phone of another make: linphone, headless, driven by its commands. */
export class Linphone {
  output = ''
  private spoken = 0
  private readonly heardFile: string

  private constructor(
    private readonly process: ChildProcess,
    private readonly dir: string,
    private readonly sampleRate: number,
    /** Where it listens. */
    readonly sipPort: number,
  ) {
    this.heardFile = join(dir, 'heard.wav')
  }

  /**
   * @param dir folder of its own
   * @param encryption `srtp`: takes no call in the clear
   * @param answers whether it answers every call at once
   * @param proxy `host:port` that its calls go through; none when absent
   */
  static async start(
    dir: string,
    codec: keyof typeof codecs,
    encryption: 'none' | 'srtp' = 'none',
    { answers = false, proxy }: { readonly answers?: boolean; readonly proxy?: string } = {},
  ): Promise<Linphone> {
    mkdirSync(join(dir, '.local/share/linphone'), { recursive: true })
    const port = await freePort()
    const config = join(dir, 'linphonerc')
    const sections = Object.entries(codecs).map(
      ([mime, rate], i) =>
        `[audio_codec_${i}]\nmime=${mime}\nrate=${rate}\nchannels=${mime === 'opus' ? 2 : 1}\nenabled=${mime === codec ? 1 : 0}`,
    )
    writeFileSync(
      config,
      [
        '[sip]',
        `sip_port=${port}`,
        'sip_tcp_port=0',
        'sip_tls_port=-1',
        'bind_address=127.0.0.1',
        'guess_hostname=0',
        'contact="caller" <sip:caller@127.0.0.1>',
        'use_ipv6=0',
        ...(proxy ? ['default_proxy=0'] : []),
        `media_encryption=${encryption}`,
        `media_encryption_mandatory=${encryption === 'none' ? 0 : 1}`,
        '[rtp]',
        'audio_rtp_port=8000-9998',
        '[sound]',
        'echocancellation=0',
        '[video]',
        'enabled=0',
        ...(proxy
          ? [
              '[proxy_0]',
              ...[`reg_proxy=<sip:${proxy};lr>`, `reg_route=<sip:${proxy};lr>`, 'reg_sendregister=0'],
              'reg_identity=<sip:caller@127.0.0.1>',
            ]
          : []),
        ...sections,
        '',
      ].join('\n'),
    )
    const child = spawn('linphonec', ['-c', config, ...(answers ? ['-a'] : [])], {
      env: { ...process.env, HOME: dir, XDG_DATA_HOME: join(dir, '.local/share') },
      stdio: ['pipe', 'pipe', 'pipe'],
    })
    const phone = new Linphone(child, dir, codecs[codec], port)
    child.stdout.on('data', (chunk) => (phone.output += chunk))
    child.stderr.on('data', (chunk) => (phone.output += chunk))
    await until(() => phone.output.includes('linphonec>'), 'linphonec to start')
    phone.type('soundcard use files')
    await until(() => phone.output.includes('Using wav files'), 'linphonec to do without a sound card')
    return phone
  }

  /** Dials, waits for the answer, and records from then on. */
  async dial(uri: string): Promise<void> {
    this.type(`call ${uri}`)
    await until(() => this.output.includes('Media streams established'), `an answer\n${this.output}`)
    // It moves no audio, either way, while its microphone has nothing to say.
    this.speak(silence(1_000))
    this.type(`record ${this.heardFile}`)
    const recorded = () => statSync(this.heardFile, { throwIfNoEntry: false })?.size ?? 0
    await until(() => recorded() > 1_000, 'the recording to begin')
  }

  /** Speaks into its microphone, from now on; silence follows. */
  speak(pcm: Pcm): void {
    const file = join(this.dir, `speech-${this.spoken++}.wav`)
    this.type(`play ${writeWav(file, concat(pcm, silence(60_000)))}`)
  }

  /** What it has heard since the answer. It writes the header of its file last. */
  heard(): Pcm {
    const data = readFileSync(this.heardFile).subarray(44)
    const samples = Int16Array.from({ length: data.length >> 1 }, (_, i) => data.readInt16LE(2 * i))
    return { sampleRate: this.sampleRate, samples }
  }

  /** Length of what it has heard, in seconds. */
  get heardSeconds(): number {
    return (statSync(this.heardFile).size - 44) / 2 / this.sampleRate
  }

  /** Dials one more call, which puts the others on hold, and waits for its answer. @returns its number */
  async dialAlso(uri: string): Promise<number> {
    const before = this.established.length
    if (before > 0) {
      this.type('pause')
      await until(() => /Call \d+ with .* paused/.test(this.output), `the hold\n${this.output}`)
    }
    this.type(`call ${uri}`)
    await until(() => this.established.length > before, `an answer\n${this.output}`)
    return this.established.at(-1)!
  }

  /** Asks the party of one call to take the place that this phone has in another (attended transfer). */
  transfer(call: number, toCall: number): void {
    this.type(`transfer ${call} --to-call ${toCall}`)
  }

  /** Numbers of the calls that were answered, in order. */
  private get established(): readonly number[] {
    const lines = this.output.matchAll(/Call (\d+) (?:with|to) .* connected/g)
    return [...new Set([...lines].map(([, number]) => Number(number)))]
  }

  hangup(): void {
    this.type('terminate')
  }

  /** Waits for the end of the call. */
  async closed(): Promise<void> {
    await until(() => /Call \d+ with .* ended/.test(this.output), `the call to end\n${this.output}`)
  }

  async stop(): Promise<void> {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return
    const exited = new Promise((resolve) => this.process.once('exit', resolve))
    this.type('quit')
    const deadline = setTimeout(() => this.process.kill('SIGKILL'), 5_000)
    await exited
    clearTimeout(deadline)
  }

  private type(line: string): void {
    this.process.stdin?.write(`${line}\n`)
  }
}
