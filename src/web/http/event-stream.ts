import type { FastifyReply } from 'fastify'
import type { Clock, Timer } from '../../base/clock.js'

/** ms between comments that keep proxies from closing a quiet stream. */
const BEAT_MS = 15_000

/** Server-sent events to one browser (HTML Living Standard §9.2). */
export class EventStream {
  private readonly beat: { timer: Timer }
  private open = true

  /** @param closed the browser is gone, or `close` was called */
  constructor(
    private readonly reply: FastifyReply,
    clock: Clock,
    private readonly closed: () => void,
  ) {
    const { raw } = reply
    const headers = reply.getHeaders() as Record<string, string>
    reply.hijack()
    raw.writeHead(200, {
      ...headers,
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    })
    raw.on('error', () => this.end())
    raw.on('close', () => this.end())
    raw.write(': parley\n\n')
    const beat = (): Timer =>
      clock.after(BEAT_MS, () => {
        raw.write(':\n\n')
        this.beat.timer = beat()
      })
    this.beat = { timer: beat() }
  }

  send(event: string, data: object): void {
    if (this.open) this.reply.raw.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`)
  }

  close(): void {
    this.end()
    this.reply.raw.end()
  }

  private end(): void {
    if (!this.open) return
    this.open = false
    this.beat.timer.cancel()
    this.closed()
  }
}
