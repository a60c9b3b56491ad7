import type { Handshake, Refusal } from './support/vendor-server.js'
import type { Message, VendorSession } from './support/vendor-session.js'
import { CHARACTER_MS, timesOf, type VoiceProtocol } from './support/voice-contract.js'

/** `/ws3` of docs.rime.ai/docs/websockets: text gathers until it is flushed or a sentence ends. */
export class Rime implements VoiceProtocol {
  readonly key = 'rime-secret-key'
  speaks = true
  holding: VendorSession | undefined
  readonly marks = true
  readonly errors = [
    {
      fault: 'server',
      words: 'synthesis failed',
      tell: (session: VendorSession) => session.send({ type: 'error', message: 'synthesis failed' }),
    },
  ] as const
  private text = ''
  private context: unknown

  admit({ url, headers }: Handshake): Refusal | undefined {
    if (url.pathname !== '/ws3') return { status: 404, body: 'not found' }
    if (headers.authorization !== `Bearer ${this.key}`)
      return { status: 401, body: { error: 'Unauthorized' } }
    const missing = ['speaker', 'modelId', 'audioFormat', 'samplingRate'].find(
      (name) => !url.searchParams.get(name),
    )
    if (missing) return { status: 400, body: { error: `${missing} is missing` } }
    const asked = (name: string) => url.searchParams.get(name) ?? ''
    if (!/^(coda|mistv3|mistv2|mist)$/.test(asked('modelId')))
      return { status: 400, body: { error: 'modelId' } }
    if (asked('modelId') === 'coda' && !/^(en|es|fr|pt|de|ja|eng|spa|fra|por|deu|jpn)$/.test(asked('lang')))
      return { status: 400, body: { error: 'lang' } }
    return undefined
  }

  received(session: VendorSession, message: Message): void {
    if (Buffer.isBuffer(message)) return session.violates('a binary message')
    if (typeof message['text'] === 'string') {
      this.text += message['text']
      this.context = message['contextId']
      return
    }
    switch (message['operation']) {
      case 'flush':
      case 'eos':
        if (this.speaks) this.finish(session)
        else this.holding = session
        if (message['operation'] === 'eos' && this.speaks) session.end(1000)
        return
      case 'clear':
        this.text = ''
        return
      default:
        session.violates(`message ${JSON.stringify(message)}`)
    }
  }

  sound(session: VendorSession, ms: number): void {
    const [format] = session.asked('audioFormat')
    if (format !== 'pcm' && format !== 'mulaw') session.violates('audioFormat')
    const wide = format === 'pcm' ? 2 : 1
    const bytes = Buffer.alloc((Number(session.asked('samplingRate')[0]) / 1000) * ms * wide, 0x20)
    session.send({ type: 'chunk', data: bytes.toString('base64'), contextId: this.context ?? null })
  }

  cancels(session: VendorSession): number {
    return session.texts.filter((message) => message['operation'] === 'clear').length
  }

  forget(): void {
    this.holding = undefined
    this.text = ''
  }

  private finish(session: VendorSession): void {
    const text = this.text.trim()
    this.text = ''
    if (text) this.sound(session, text.length * CHARACTER_MS)
    const { words, starts: start, ends: end } = timesOf(text)
    const contextId = this.context ?? null
    session.send({ type: 'timestamps', word_timestamps: { words, start, end }, contextId })
    session.send({ type: 'done', contextId, done: true })
  }
}
