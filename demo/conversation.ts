import type { FromRelay, ToRelay } from './frames.js'
import { endOf, History, type Message } from './history.js'
import { Host, type Reply } from './host.js'
import { complete, type ModelSettings } from './model.js'
import { LOCALES } from './texts.js'

/** What a conversation needs of the world. */
export interface ConversationOptions {
  send(frame: ToRelay): void
  log(message: string, details?: Record<string, unknown>): void
  /** Resolves after `ms`, or rejects when `signal` aborts. */
  wait(ms: number, signal: AbortSignal): Promise<void>
  /** Day of the week, 0 (Sunday) to 6. */
  today(): number
  /** Pause between the words of a scripted reply, in ms: a model does not give them all at once either. */
  tokenDelayMs: number
  /** Answers with this model instead of the script. */
  model?: ModelSettings | undefined
}

/** A reply on its way to the caller. */
interface Speaking {
  readonly stop: AbortController
  readonly message: Message
  /** Started by a key: an interruption of the speech before it may still arrive. */
  readonly byKey: boolean
}

/** One call's conversation: frames in, frames out. */
export class Conversation {
  readonly history = new History()
  private readonly host: Host
  private speaking: Speaking | undefined

  constructor(private readonly options: ConversationOptions) {
    this.host = new Host(options.today)
  }

  receive(frame: FromRelay): void {
    const { log } = this.options
    switch (frame.type) {
      case 'setup':
        log('call', { session: frame.sessionId, from: frame.from, to: frame.to })
        break
      case 'prompt':
        if (frame.last && frame.voicePrompt.trim() !== '') this.hear(frame.voicePrompt.trim())
        break
      case 'dtmf':
        log('key', { digit: frame.digit })
        this.history.heard(`(pressed ${frame.digit})`)
        void this.say(this.host.key(frame.digit), true)
        break
      case 'interrupt':
        this.interrupted(frame.utteranceUntilInterrupt)
        break
      case 'error':
        log('the relay reports an error', { description: frame.description })
        break
      case 'info':
        break
    }
  }

  /** The call is over. */
  close(): void {
    this.speaking?.stop.abort()
  }

  private hear(said: string): void {
    this.options.log('caller', { said })
    this.history.heard(said)
    const scripted = this.options.model ? this.host.command(said) : this.host.hear(said)
    void (scripted ? this.say(scripted, false) : this.sayFromModel())
  }

  private interrupted(heard: string): void {
    const { speaking } = this
    // After a key, the reply to the key can be under way before the relay tells that the speech before it was cut.
    const concernsCurrent = speaking && (!speaking.byKey || endOf(speaking.message.content, heard) >= 0)
    if (concernsCurrent) {
      speaking.stop.abort()
      this.history.cut(speaking.message, heard)
    } else {
      const earlier = this.history.replyWith(heard)
      if (earlier && earlier !== speaking?.message) this.history.cut(earlier, heard)
    }
    this.options.log('interrupted', { heard })
  }

  /** Makes room for a new reply: what was not sent yet of the last one will not be. */
  private begin(byKey: boolean): Speaking {
    this.speaking?.stop.abort()
    const speaking = { stop: new AbortController(), message: this.history.reply(), byKey }
    this.speaking = speaking
    return speaking
  }

  private async say(reply: Reply, byKey: boolean): Promise<void> {
    const { send, wait, tokenDelayMs } = this.options
    const speaking = this.begin(byKey)
    const { signal } = speaking.stop
    if (reply.language) {
      const locale = LOCALES[reply.language]
      send({ type: 'language', ttsLanguage: locale, transcriptionLanguage: locale })
    }
    const words = reply.text.match(/\S+\s*/g) ?? []
    for (const [i, word] of words.entries()) {
      if (i > 0) await wait(tokenDelayMs, signal).catch(() => undefined)
      if (signal.aborted) return
      this.token(speaking, word, i === words.length - 1)
    }
    this.options.log('reply', { text: reply.text })
    if (reply.end) this.end(reply.end)
  }

  private async sayFromModel(): Promise<void> {
    const { model, log } = this.options
    if (!model) return
    const asked = [...this.history.messages]
    const speaking = this.begin(false)
    const { signal } = speaking.stop
    try {
      const language = this.host.language === 'en' ? 'English' : 'Spanish'
      for await (const token of complete(model, asked, language, signal)) {
        if (signal.aborted) return
        this.token(speaking, token, false)
      }
      if (signal.aborted) return
      if (speaking.message.content === '') throw new Error('The model answered nothing')
      this.options.send({ type: 'text', token: '', last: true })
      log('reply', { text: speaking.message.content })
    } catch (error) {
      if (signal.aborted) return
      log('the model failed', { error: error instanceof Error ? error.message : String(error) })
      const gap = speaking.message.content === '' ? '' : ' '
      this.token(speaking, gap + this.host.texts.failed, true)
    }
  }

  private token(speaking: Speaking, token: string, last: boolean): void {
    speaking.message.content += token
    this.options.send({ type: 'text', token, last })
  }

  private end(why: 'goodbye' | 'person'): void {
    if (why === 'goodbye') {
      this.options.send({ type: 'end' })
      return
    }
    const handoffData = JSON.stringify({
      reasonCode: 'live-agent-handoff',
      reason: 'The caller wants to talk to a person',
      language: LOCALES[this.host.language],
      conversation: this.history.messages,
    })
    this.options.send({ type: 'end', handoffData })
  }
}
