import type { FastifyReply, FastifyRequest } from 'fastify'

/** ms between comments that keep proxies from closing a quiet stream. */
const heartbeatMs = 15_000
/** Bytes that a reader may lag behind; one that lags more is cut off, and comes back where it was. */
const mostWaiting = 4 * 1024 * 1024

/** A stream of server-sent events (HTML Standard, 9.2). */
export interface EventStream {
  /** @param id what the browser sends back as Last-Event-ID when it reconnects */
  send(event: string, data: unknown, id?: string): void
  end(): void
}

/** Turns a reply into a stream of events. @param closed told once, when the reader is gone or the stream ended */
export function eventStream(request: FastifyRequest, reply: FastifyReply, closed: () => void): EventStream {
  reply.hijack()
  const { raw } = reply
  raw.writeHead(200, {
    'content-type': 'text/event-stream',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
    // What ends with the server must not be waited for as if another request could come.
    connection: 'close',
  })
  // A browser that lost the stream comes back after this many ms.
  raw.write('retry: 1000\n\n')
  const heartbeat = setInterval(() => raw.write(':\n\n'), heartbeatMs)
  heartbeat.unref()
  let over = false
  request.raw.socket.on('error', () => {})
  raw.on('close', () => {
    over = true
    clearInterval(heartbeat)
    closed()
  })
  return {
    send(event, data, id) {
      if (over) return
      const name = id === undefined ? '' : `id: ${id}\n`
      raw.write(`${name}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`)
      if (raw.writableLength > mostWaiting) raw.destroy()
    },
    end: () => void raw.end(),
  }
}

/** Where a reader of a stream left off: by the header that browsers send, or by the query of the first request. */
export function cursorIn({ headers, query }: FastifyRequest): string | undefined {
  const header = headers['last-event-id']
  if (typeof header === 'string' && header !== '') return header
  const { after } = Object(query)
  return typeof after === 'string' && after !== '' ? after : undefined
}
