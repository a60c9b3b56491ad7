import { createServer } from 'node:http'
import { type WebSocket, WebSocketServer } from 'ws'
import { raisePriority } from '../../src/base/priority.js'
import { now } from '../clock.js'
import { listening } from './listening.js'
import { packagePeers } from './package-peers.js'
import type { PeerReport } from './peer.js'
import { ears, requestVoices, streamIn, type VoiceFacts, voices } from './wire-facts.js'

// A vendor's side of the wire, in a process of its own. Arguments: `ear` or `voice`, the vendor's name, ms of audio that a
// voice says. Tells its port first, and at the word `report` what went over the wire when.

raisePriority()
const [kind, name = '', lengthMs = '0'] = process.argv.slice(2)
const report: PeerReport = []
/** ms of audio in a voice's message, and how often one goes out. */
const PIECE_MS = 60

/** Where there is no adapter. */
const plain: VoiceFacts = { chunk: (audio) => audio, end: () => ({ end: true }) }

/** Hears: notes how much audio each stream has brought. */
function hear(socket: WebSocket, stream: number): void {
  const facts = ears[name] ?? {}
  let bytes = 0
  if (facts.greets) socket.send(facts.greets)
  socket.on('message', (data: Buffer, isBinary) => {
    const at = now()
    if (isBinary) bytes += data.length
    else if (facts.base64 && data.length > 500) {
      const { audio = '' } = JSON.parse(data.toString()) as { audio?: string }
      bytes += Buffer.byteLength(audio, 'base64')
    } else return void (facts.readies && socket.send(facts.readies))
    report.push([stream, bytes, at])
  })
}

/** Speaks: a piece at a time, as it is heard, and notes how much of each stream went out. */
function speak(stream: number, rate: number, send: (audio: Buffer) => void, end: () => void): void {
  const piece = Buffer.alloc((PIECE_MS * rate * 2) / 1000, 0x20)
  const pieces = Math.floor(Number(lengthMs) / PIECE_MS)
  const begun = now() + Math.random() * PIECE_MS
  let sent = 0
  const next = () => {
    if (sent === pieces) return end()
    report.push([stream, ++sent * piece.length, now()])
    send(piece)
    setTimeout(next, begun + sent * PIECE_MS - now())
  }
  setTimeout(next, begun - now())
}

function serve(socket: WebSocket, facts: VoiceFacts): void {
  const say = (message: object | Buffer) => {
    socket.send(Buffer.isBuffer(message) ? message : JSON.stringify(message))
  }
  if (facts.greets) say(facts.greets)
  socket.on('message', (data: Buffer) => {
    const text = data.toString()
    const stream = streamIn(text)
    const reply = facts.replies?.(text)
    if (reply) say(reply)
    if (stream === undefined) return
    const asked = JSON.parse(text) as Record<string, unknown>
    const context = asked['context_id'] ?? asked['contextId'] ?? asked['stream_id'] ?? asked['request_id']
    speak(
      stream,
      facts.rate ?? 16_000,
      (audio) => say(facts.chunk(audio, context)),
      () => say(facts.end(context)),
    )
  })
}

/** A vendor that is reached by sockets and requests. @returns the port that it listens on */
function reached(): Promise<number> {
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const part of request) body += part
    response.writeHead(200, { 'content-type': 'audio/pcm' })
    speak(
      streamIn(body) ?? 0,
      requestVoices[name] ?? 24_000,
      (audio) => response.write(audio),
      () => response.end(),
    )
  })
  new WebSocketServer({ server, perMessageDeflate: false }).on('connection', (socket, request) => {
    if (kind === 'ear') hear(socket, Number(/^\/(\d+)/.exec(request.url ?? '')?.[1] ?? 0))
    else serve(socket, voices[name] ?? plain)
  })
  return listening(server)
}

const heard = (stream: number, bytes: number) => void report.push([stream, bytes, now()])
const peer = packagePeers[`${kind} ${name}`]
process.send?.(await (peer ? peer({ heard, speak }) : reached()))
process.on('message', () => process.send?.(report))
process.on('disconnect', () => process.exit(0))
