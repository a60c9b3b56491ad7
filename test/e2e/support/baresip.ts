import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { resample } from '../../../src/audio/index.js'
import { freePort } from './ports.js'
import { concat, type Pcm, readWav, silence, stereo, writeWav } from './speech.js'
import { until } from './wait.js'

export interface PhoneOptions {
  /** Folder of its own: configuration, recordings. */
  readonly dir: string
  readonly codec: 'G722' | 'PCMU' | 'PCMA' | 'opus'
  readonly transport?: 'udp' | 'tcp' | 'tls'
  /** `srtp-mand`: takes no call in the clear (RTP/SAVP); `srtp`: offers keys in a plain profile. Default: none. */
  readonly encryption?: 'srtp' | 'srtp-mand'
  /** What its microphone hears, from the moment the call is up; 16 kHz. Default: silence, until `speak`. */
  readonly microphone?: Pcm
  readonly address?: string
  /** What it answers a challenge with. */
  readonly auth?: { readonly user: string; readonly password: string }
  /** `host:port` where it registers; not at all when absent. */
  readonly registrar?: string
  /** Its own name where it answers no challenge. Default: `caller`. */
  readonly user?: string
  /** Whether it answers every call at once. */
  readonly answers?: boolean
}

/** As baresip spells them. */
const codecNames = { G722: 'G722/16000/1', PCMU: 'PCMU/8000/1', PCMA: 'PCMA/8000/1', opus: 'opus/48000/2' }

/** Its file source takes no other rate and channels than the codec's: Opus is always 48 kHz stereo (RFC 7587 §7). */
function atCodecRate(pcm: Pcm, codec: keyof typeof codecNames): Pcm {
  if (codec === 'opus')
    return stereo({ sampleRate: 48_000, samples: resample(pcm.samples, pcm.sampleRate, 48_000) })
  return codec === 'G722' ? pcm : { sampleRate: 8_000, samples: resample(pcm.samples, pcm.sampleRate, 8_000) }
}

/** A phone hangs up when its file ends, so there is always more of it than a test takes. */
const afterwards = silence(120_000)

/** A key that the relay pressed, as the phone reports it. */
export interface HeardDigit {
  /** ms since the Unix epoch */
  readonly at: number
  readonly digit: string
}

/** A real SIP phone: baresip, headless, driven over its control socket. */
export class Baresip {
  output = ''
  readonly digits: HeardDigit[] = []
  private spoken = 0
  private constructor(
    private readonly process: ChildProcess,
    private readonly controlPort: number,
    private readonly dir: string,
    private readonly codec: PhoneOptions['codec'],
    /** Where it listens. */
    readonly sipPort: number,
  ) {}

  static async start({
    dir,
    codec,
    transport = 'udp',
    microphone = afterwards,
    address = '127.0.0.1',
    auth,
    encryption,
    registrar,
    answers = false,
    user = auth?.user ?? 'caller',
  }: PhoneOptions): Promise<Baresip> {
    mkdirSync(dir, { recursive: true })
    const [sipPort, controlPort] = [await freePort(), await freePort()]
    const host = address.includes(':') ? `[${address}]` : address
    const source = writeWav(
      join(dir, 'microphone.wav'),
      atCodecRate(microphone, codec),
      codec === 'opus' ? 2 : 1,
    )
    const modules = ['stdio', 'g711', 'g722', 'opus', 'aufile', 'sndfile', 'srtp']
    writeFileSync(
      join(dir, 'config'),
      [
        `sip_listen ${host}:${sipPort}`,
        `net_interface ${address}`,
        'module_path /usr/lib/baresip/modules',
        ...modules.map((name) => `module ${name}.so`),
        'module_app account.so',
        'module_app menu.so',
        'module_app ctrl_tcp.so',
        `ctrl_tcp_listen 127.0.0.1:${controlPort}`,
        `audio_source aufile,${source}`,
        `audio_player aufile,${join(dir, 'player.wav')}`,
        `audio_alert aufile,${join(dir, 'alert.wav')}`,
        `snd_path ${dir}`,
        'jitter_buffer_delay 1-5',
        '',
      ].join('\n'),
    )
    writeFileSync(
      join(dir, 'accounts'),
      `<sip:${user}@${registrar ?? host};transport=${transport}>;regint=${registrar ? 60 : 0}` +
        `;audio_codecs=${codecNames[codec]};answermode=${answers ? 'auto' : 'manual'}${auth ? `;auth_pass=${auth.password}` : ''}` +
        `${encryption ? `;mediaenc=${encryption}` : ''}\n`,
    )
    writeFileSync(join(dir, 'contacts'), '')
    const child = spawn('baresip', ['-f', dir], { stdio: ['pipe', 'pipe', 'pipe'] })
    const phone = new Baresip(child, controlPort, dir, codec, sipPort)
    child.stdout.on('data', (chunk) => phone.read(chunk))
    child.stderr.on('data', (chunk) => phone.read(chunk))
    await until(() => phone.output.includes('baresip is ready'), 'baresip to start', 10_000)
    return phone
  }

  /** Runs one of its menu commands: `dial sip:…`, `hangup`, `hold`, `resume`, `sndcode 5`. */
  async command(line: string): Promise<string> {
    const [command, ...params] = line.split(' ')
    const message = JSON.stringify({ command, params: params.join(' ') })
    return new Promise((resolve, reject) => {
      const socket = connect(this.controlPort, '127.0.0.1', () =>
        socket.write(`${message.length}:${message},`),
      )
      let reply = ''
      socket.on('data', (chunk) => {
        reply += chunk
        if (/"response":true/.test(reply)) {
          socket.destroy()
          resolve(reply)
        }
      })
      socket.on('error', reject)
      socket.setTimeout(15_000, () => {
        socket.destroy()
        reject(new Error(`baresip did not answer "${line}"`))
      })
    })
  }

  async dial(uri: string): Promise<void> {
    await this.command(`dial ${uri}`)
    await until(
      () => /Call established|call: .*established/i.test(this.output),
      'the call to be answered',
      15_000,
    )
  }

  /** Speaks into its microphone, from now on; 16 kHz. Silence follows. */
  async speak(pcm: Pcm): Promise<void> {
    const file = join(this.dir, `speech-${this.spoken++}.wav`)
    writeWav(file, atCodecRate(concat(pcm, afterwards), this.codec), this.codec === 'opus' ? 2 : 1)
    await this.command(`ausrc aufile,${file}`)
  }

  async hangup(): Promise<void> {
    await this.command('hangup')
    await until(() => this.output.includes('call: terminate call'), 'the phone to hang up', 5_000)
  }

  async closed(ms = 20_000): Promise<void> {
    await until(
      () => /session closed|Call with .* terminated|terminated \(duration/i.test(this.output),
      'the call to end',
      ms,
    )
  }

  /** Sequence number of the RTP packet that came last. */
  async lastSequence(): Promise<number> {
    const sequence = /seq_put=(\d+)/.exec(await this.command('audio_debug'))?.[1]
    if (sequence === undefined) throw new Error('baresip tells of no RTP')
    return Number(sequence)
  }

  /** What it heard: the decoded audio of the call, as far as written. It records no more after a re-INVITE. */
  heard(): Pcm {
    return readWav(join(this.dir, this.dump('dec')))
  }

  /** What it sent. */
  sent(): Pcm {
    return readWav(join(this.dir, this.dump('enc')))
  }

  /** Dies without a word to anybody. */
  async kill(): Promise<void> {
    const exited = new Promise((resolve) => this.process.once('exit', resolve))
    this.process.kill('SIGKILL')
    await exited
  }

  async stop(): Promise<void> {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return
    const exited = new Promise((resolve) => this.process.once('exit', resolve))
    this.process.kill('SIGTERM')
    const deadline = setTimeout(() => this.process.kill('SIGKILL'), 3_000)
    await exited
    clearTimeout(deadline)
  }

  private read(chunk: Buffer): void {
    const text = chunk.toString()
    this.output += text
    for (const [, digit] of text.matchAll(/received event: '(.)' \(end=0\)/g)) {
      this.digits.push({ at: Date.now(), digit: digit! })
    }
  }

  /** Of the call that came last: their names begin with the time. */
  private dump(kind: 'enc' | 'dec'): string {
    const file = readdirSync(this.dir)
      .sort()
      .findLast((name) => name.startsWith('dump-') && name.endsWith(`${kind}.wav`))
    if (!file) throw new Error(`baresip wrote no ${kind} recording\n${this.output}`)
    return file
  }
}
