import type { Socket } from 'node:net'

/**
 * The speech vendor's line between driver and relay, one message a line. To the relay: `voice N`, `quiet N`,
 * `final N TEXT` for the relay's Nth stream, `stop`. To the driver: `ready SIP-PORT`, `failed REASON`.
 */
export interface ControlMessage {
  readonly word: string
  /** What follows the first space. */
  readonly rest: string
}

/** Reads lines from a socket. */
export function readControl(socket: Socket, received: (message: ControlMessage) => void): void {
  let text = ''
  socket.setNoDelay(true)
  socket.setEncoding('utf8')
  socket.on('data', (data) => {
    text += data
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n')) {
      const line = text.slice(0, end)
      text = text.slice(end + 1)
      const space = line.indexOf(' ')
      received(
        space < 0 ? { word: line, rest: '' } : { word: line.slice(0, space), rest: line.slice(space + 1) },
      )
    }
  })
}

export function writeControl(socket: Socket, word: string, ...rest: (string | number)[]): void {
  socket.write(`${[word, ...rest].join(' ')}\n`)
}
