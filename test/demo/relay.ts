import { once } from 'node:events'
import WebSocket from 'ws'
import { type Demo, type DemoOptions, startDemo } from '../../demo/server.js'

export interface Frame {
  type: string
  token?: string
  last?: boolean
  handoffData?: string
  ttsLanguage?: string
  transcriptionLanguage?: string
}

/** A relay as the app sees it: opens the socket, sends `setup` first, collects what comes back. */
export class FakeRelay {
  readonly frames: Frame[] = []
  private readonly waiting: (() => void)[] = []

  private constructor(readonly socket: WebSocket) {
    socket.on('message', (data) => {
      this.frames.push(JSON.parse(String(data)))
      for (const wake of this.waiting.splice(0)) wake()
    })
  }

  static async connect(url: string): Promise<FakeRelay> {
    const socket = new WebSocket(url)
    const relay = new FakeRelay(socket)
    await once(socket, 'open')
    relay.send({
      type: 'setup',
      sessionId: 'VX1',
      callSid: 'CA1',
      from: '+1555',
      to: '1000',
      customParameters: {},
    })
    return relay
  }

  send(frame: object): void {
    this.socket.send(JSON.stringify(frame))
  }

  /** Waits until `ready` holds of the frames so far. */
  async until(ready: (frames: Frame[]) => boolean): Promise<void> {
    while (!ready(this.frames)) await new Promise<void>((resolve) => this.waiting.push(resolve))
  }

  /** Sends a final prompt (or another frame) and gives the whole reply: its text once `last` has come. */
  async ask(said: string | object): Promise<string> {
    this.frames.length = 0
    this.send(
      typeof said === 'string' ? { type: 'prompt', voicePrompt: said, lang: 'en-US', last: true } : said,
    )
    await this.until((frames) => frames.some((frame) => frame.type === 'text' && frame.last === true))
    return this.text()
  }

  text(): string {
    return this.frames.map((frame) => frame.token ?? '').join('')
  }
}

/** Demos and relays of one test, closed by `cleanUp`. */
export class Stage {
  private readonly demos: Demo[] = []
  private readonly relays: FakeRelay[] = []
  readonly logged: string[] = []

  async demo(options: DemoOptions = {}): Promise<Demo> {
    const demo = await startDemo({
      port: 0,
      wait: () => Promise.resolve(),
      today: () => 3,
      log: (message, details) => this.logged.push(`${message} ${JSON.stringify(details ?? {})}`),
      ...options,
    })
    this.demos.push(demo)
    return demo
  }

  async call(options: DemoOptions = {}): Promise<FakeRelay> {
    const relay = await FakeRelay.connect((await this.demo(options)).url)
    this.relays.push(relay)
    return relay
  }

  async cleanUp(): Promise<void> {
    this.logged.length = 0
    for (const relay of this.relays.splice(0)) relay.socket.terminate()
    await Promise.all(this.demos.splice(0).map((demo) => demo.close()))
  }
}
