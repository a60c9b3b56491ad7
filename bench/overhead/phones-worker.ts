import { createSocket, type Socket } from 'node:dgram'
import type { lookup as dnsLookup } from 'node:dns'
import { once } from 'node:events'
import { parentPort } from 'node:worker_threads'
import { raisePriority } from '../../src/base/priority.js'
import { now } from '../clock.js'
import { hasSound } from './hearing.js'
import { PhoneStream } from './phone-stream.js'
import type { PhonesCommand, PhonesEvent } from './phones-port.js'

// The phones' media, in a thread of its own so that nothing else delays what it takes the time of: all of it over one
// UDP port. The phones speak in different phases, as phones do, ten of them over every 20 ms; the thread is never busy for
// more than a few packets at a time.

const FRAME_MS = 20
const PHASES = 10
/** Gaps kept: 100 calls for six minutes. */
const CAPACITY = 1_800_000

// What measures must not wait either.
raisePriority()
const port = parentPort!
const tell = (event: PhonesEvent): void => port.postMessage(event)
const streams = new Map<number, PhoneStream>()
const byRelayPort = new Map<number, PhoneStream>()
const gaps = new Float32Array(CAPACITY)
let kept = 0
const lateness = new Float32Array(CAPACITY)
let wakings = 0
let packets = 0
let lost = 0
let measuring = false

const { rtp, rtcp } = await bindPair()
rtp.on('message', (packet, { port: from }) => {
  const at = now()
  const stream = byRelayPort.get(from)
  if (stream) received(stream, packet, at)
})
port.on('message', handle)
tell({ type: 'opened', rtpPort: rtp.address().port })
const startedAt = now()
let beats = 0
const pacer = { timer: setTimeout(beat, 0) }

function handle(command: PhonesCommand): void {
  switch (command.type) {
    case 'add': {
      const stream = new PhoneStream(command.call, command.port)
      streams.set(command.call, stream)
      byRelayPort.set(command.port, stream)
      return
    }
    case 'remove': {
      const stream = streams.get(command.call)
      streams.delete(command.call)
      if (stream) byRelayPort.delete(stream.relayPort)
      return
    }
    case 'measure':
      kept = packets = lost = wakings = 0
      for (const stream of streams.values()) stream.lastAt = 0
      measuring = true
      return
    case 'report':
      measuring = false
      return tell({
        type: 'gaps',
        gaps: gaps.slice(0, kept),
        packets,
        lost,
        lateness: lateness.slice(0, wakings),
      })
    case 'close':
      clearTimeout(pacer.timer)
      rtp.close()
      rtcp.close()
      port.close()
  }
}

function received(stream: PhoneStream, packet: Buffer, at: number): void {
  if (measuring) {
    packets++
    if (stream.lastAt > 0) {
      if (kept < CAPACITY) gaps[kept++] = at - stream.lastAt
      lost += stream.missedBefore(packet)
    }
    stream.lastAt = at
  }
  stream.sequence = (packet[2]! << 8) | packet[3]!
  const sound = hasSound(packet)
  if (sound && !stream.sounding) tell({ type: 'sound', call: stream.call, at })
  if (!sound && stream.sounding) tell({ type: 'silence', call: stream.call, at: stream.lastSoundAt })
  stream.sounding = sound
  if (sound) stream.lastSoundAt = at
}

/** One phase: every tenth call says its next 20 ms. */
function beat(): void {
  const at = now()
  const due = Math.floor((at - startedAt) / (FRAME_MS / PHASES))
  if (measuring && wakings < CAPACITY) lateness[wakings++] = at - startedAt - (beats * FRAME_MS) / PHASES
  for (; beats <= due; beats++) {
    for (const stream of streams.values()) {
      if (stream.call % PHASES === beats % PHASES) {
        const packet = stream.next()
        rtp.send(packet, 0, packet.length, stream.relayPort, '127.0.0.1')
      }
    }
  }
  pacer.timer = setTimeout(beat, startedAt + (beats * FRAME_MS) / PHASES - now())
}

/** An even port for RTP and the next for RTCP, which nobody reads. */
async function bindPair(): Promise<{ rtp: Socket; rtcp: Socket }> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const even = 33_000 + 2 * Math.floor(Math.random() * 3_000)
    try {
      const rtp = await bind(even)
      try {
        return { rtp, rtcp: await bind(even + 1) }
      } catch {
        rtp.close()
      }
    } catch {
      // Taken: the next.
    }
  }
  throw new Error('no two UDP ports are free between 33000 and 39000')
}

async function bind(number: number): Promise<Socket> {
  // Answering at once saves a turn of the event loop for every packet.
  const lookup = (host: string, _: unknown, done: (error: null, address: string, family: number) => void) =>
    done(null, host, 4)
  const socket = createSocket({
    type: 'udp4',
    lookup: lookup as unknown as typeof dnsLookup,
    recvBufferSize: 4 << 20,
  })
  const listening = once(socket, 'listening')
  socket.bind(number, '127.0.0.1')
  await listening
  return socket
}
