import type { VendorFault } from '../../../src/speech/vendor-error.js'
import type { Handshake, Refusal } from './support/vendor-server.js'
import type { Message, VendorSession } from './support/vendor-session.js'
import { CHARACTER_MS, type VoiceError, type VoiceProtocol } from './support/voice-contract.js'

/** `/ws/v1/t2a_v2` of platform.minimax.io: one task a socket, one text after another, audio in hexadecimal. */
export class MiniMax implements VoiceProtocol {
  readonly key = 'minimax-secret-key'
  speaks = true
  holding: VendorSession | undefined
  readonly errors = [
    failed('credentials', 1004, 'authentication failed'),
    failed('quota', 1008, 'insufficient balance'),
    failed('request', 2013, 'invalid params'),
    failed('server', 1000, 'unknown error'),
  ]
  private text = ''

  admit({ url, headers }: Handshake): Refusal | undefined {
    if (url.pathname !== '/ws/v1/t2a_v2') return { status: 404, body: 'not found' }
    if (headers.authorization === `Bearer ${this.key}`) return undefined
    return { status: 401, body: { base_resp: { status_code: 1004, status_msg: 'login fail' } } }
  }

  opened(session: VendorSession): void {
    session.send({
      session_id: 's',
      event: 'connected_success',
      base_resp: { status_code: 0, status_msg: 'success' },
    })
  }

  received(session: VendorSession, message: Message): void {
    if (Buffer.isBuffer(message)) return session.violates('a binary message')
    switch (message['event']) {
      case 'task_start':
        if (session.texts.length > 1) session.violates('a second task')
        return session.send({ event: 'task_started', base_resp: { status_code: 0, status_msg: 'success' } })
      case 'task_continue':
        if (!started(session)) session.violates('task_continue before task_start')
        this.text = String(message['text']).trim()
        if (!this.speaks) this.holding = session
        else this.sound(session, this.text.length * CHARACTER_MS, true)
        return
      case 'task_finish':
        if (!this.speaks) return
        session.send({ event: 'task_finished', base_resp: { status_code: 0, status_msg: 'success' } })
        return session.end(1000)
      default:
        session.violates(`message ${JSON.stringify(message)}`)
    }
  }

  sound(session: VendorSession, ms: number, is_final = false): void {
    const { format, sample_rate } = started(session)!['audio_setting'] as Record<string, unknown>
    if (format !== 'pcm') session.violates(`format ${format}`)
    const audio = Buffer.alloc((Number(sample_rate) / 1000) * ms * 2, 0x20).toString('hex')
    session.send({
      event: 'task_continued',
      data: { audio },
      is_final,
      base_resp: { status_code: 0, status_msg: '' },
    })
  }

  forget(): void {
    this.holding = undefined
  }
}

function started(session: VendorSession): Record<string, unknown> | undefined {
  return session.texts.find((message) => message['event'] === 'task_start')
}

/** A task that failed, with the codes of platform.minimax.io/docs/api-reference/errorcode. */
function failed(fault: VendorFault, status_code: number, words: string): VoiceError {
  const tell = (session: VendorSession) => {
    session.send({ session_id: 's', event: 'task_failed', base_resp: { status_code, status_msg: words } })
    session.end(1000)
  }
  return { fault, words, tell }
}
