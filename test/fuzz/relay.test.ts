import { createSocket } from 'node:dgram'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type AppConnection, TestApp } from '../e2e/support/app.js'
import { metrics } from '../e2e/support/metrics.js'
import { lacks } from '../e2e/support/needs.js'
import { TestRelay } from '../e2e/support/relay.js'
import { audioPort, SipCaller } from '../e2e/support/sip-caller.js'
import { until, untilAsync } from '../e2e/support/wait.js'
import { appFrames, homed, rtpPackets, sipMessages } from './support/corpus.js'
import { bytesOnly, Mutator } from './support/mutator.js'
import { Peer } from './support/peer.js'

/**
 * 100,000 random and mutated messages to the sockets of a running relay. The order in which it meets them is the
 * machine's; what they are is the seed's.
 */
const seed = 20260725
const mostCalls = 12
/** ms that a relay may take to start or stop on a busy machine. */
const startingMs = 120_000

let dir: string
let app: TestApp
let relay: TestRelay
let peer: Peer

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'parley-'))
  app = await TestApp.start()
  const preload = new URL('./support/collect-garbage.mjs', import.meta.url).href
  relay = await TestRelay.start(
    dir,
    {
      // Calls that fuzz opens are few, and end soon for want of audio.
      limits: { calls: mostCalls },
      rtp: { timeoutMs: 3_000 },
      routes: [{ to: '*', relay: { url: app.url, dtmfDetection: true } }],
    },
    ['start'],
    { NODE_OPTIONS: `--import=${preload}` },
  )
  peer = await Peer.open(relay.sipPort)
}, startingMs)
afterAll(async () => {
  peer?.close()
  await relay?.stop()
  await app.stop()
  rmSync(dir, { recursive: true, force: true })
}, startingMs)

/** Sends datagrams as fast as the relay takes them: after each hundred it has to answer an OPTIONS. */
async function sipOverUdp(count: number, round: number): Promise<void> {
  const mutator = new Mutator(seed + round, sipMessages)
  for (let n = 1; n <= count; n++) {
    // Every third goes on in a call, or a transaction, that there may have been before.
    await peer.send(homed(mutator.next(), peer.port, n % 3 === 0 ? '' : `${round}-${n}`))
    if (n % 100 === 0) await peer.answered(`message ${n} of round ${round}`)
  }
}

/** Sends streams in pieces of any size; a connection that the relay gives up is followed by another. */
async function sipOverTcp(count: number, round: number): Promise<void> {
  const mutator = new Mutator(seed + 1_000 + round, sipMessages)
  let socket: Socket | undefined
  for (let n = 0; n < count; n++) {
    if (!socket || socket.destroyed) {
      socket = connect(relay.sipPort, '127.0.0.1')
      socket.on('error', () => {})
      socket.resume()
    }
    const message = homed(mutator.next(), peer.port, `${round}-tcp-${n >> 2}`)
    const cut = mutator.below(message.length + 1)
    socket.write(message.subarray(0, cut))
    const flushed = new Promise<void>((resolve) => socket!.write(message.subarray(cut), () => resolve()))
    await flushed
    // Some streams are cut off in the middle of a message.
    if (mutator.below(40) === 0) socket.destroy()
  }
  socket?.destroy()
}

/** A call of our own, once those that fuzz opened have left room for it. */
async function call(): Promise<{ caller: SipCaller; connection: AppConnection; port: number }> {
  const active = async () => (await metrics(relay)).get('parley_calls_active')
  await untilAsync(async () => (await active()) < mostCalls - 2, 'room for a call', 60_000)
  const before = app.connections.length
  const caller = await SipCaller.dial({ port: relay.sipPort })
  const answer = await caller.answered(20_000)
  await until(() => app.connections.length > before, 'the app to be called')
  return { caller, connection: app.connections.at(-1)!, port: audioPort(answer) }
}

/** Sends packets to a live call, from where its audio comes from and from elsewhere, to RTP's port and to RTCP's. */
async function rtp(count: number, round: number): Promise<void> {
  const mutator = new Mutator(seed + 2_000 + round, rtpPackets(0, 101), bytesOnly)
  const stranger = createSocket('udp4')
  const { caller, port } = await call()
  for (let n = 0; n < count; n++) {
    const packet = mutator.next()
    const to = port + (mutator.below(6) === 0 ? 1 : 0)
    if (mutator.below(6) === 0) stranger.send(packet, to, '127.0.0.1')
    else await caller.sendMedia(packet, to)
    // Slow enough for the socket's buffer, a hundred times as fast as a call.
    if (n % 20 === 0) await new Promise((resolve) => setTimeout(resolve, 2))
  }
  stranger.close()
  const before = caller.rtp.length
  await until(() => caller.rtp.length > before + 25, 'half a second of audio afterwards')
  await caller.hangup()
  caller.close()
}

/** Sends frames on the app's end of calls; one that the relay gives up is followed by another. Returns calls made. */
async function frames(count: number, round: number): Promise<number> {
  const mutator = new Mutator(seed + 3_000 + round, appFrames)
  const valid = JSON.stringify({ type: 'text', token: '', last: true })
  let current: Awaited<ReturnType<typeof call>> | undefined
  let calls = 0
  const another = async () => {
    if (current) await ended(current)
    calls++
    return call()
  }
  for (let n = 0; n < count; n++) {
    if (!current || current.connection.closed) current = await another()
    const { connection } = current
    const bytes = mutator.next()
    // Ten bad frames in a row end a session, and text that is no UTF-8 does at once: most are spared that.
    const frame = n % 6 === 0 && mutator.below(20) > 0 ? valid : mutator.below(200) === 0 ? bytes : `${bytes}`
    connection.socket.send(frame, { binary: mutator.below(30) === 0 }, () => {})
    if (n % 50 === 0) await heard(connection)
  }
  // What is no WebSocket at all.
  for (let n = 0; n < count / 1_000; n++) {
    if (current && !current.connection.closed) current.connection.socket.terminate()
    current = await another()
    const { _socket: wire } = current.connection.socket as unknown as { _socket: Socket }
    wire.write(mutator.next())
    wire.end()
  }
  if (current) await ended(current)
  return calls
}

/** Waits for the relay to hang up. */
async function ended({ caller }: { caller: SipCaller }): Promise<void> {
  await caller.asked('BYE', 30_000)
  caller.close()
}

/** Resolves when the relay has read all that was sent to it so far, or has closed. */
async function heard({ socket, closed }: AppConnection): Promise<void> {
  if (closed || socket.readyState !== socket.OPEN) return
  await new Promise<void>((resolve) => {
    const done = () => {
      socket.off('pong', done)
      socket.off('close', done)
      resolve()
    }
    socket.once('pong', done)
    socket.once('close', done)
    socket.ping()
  })
}

interface Holdings {
  readonly heapMb: number
  readonly handles: number
  readonly files: number
}

/** What the relay holds when no call goes on and its garbage is collected. @param notBefore ms of performance.now() */
async function holdings(notBefore = 0): Promise<Holdings> {
  await untilAsync(
    async () => {
      const now = await metrics(relay)
      return now.get('parley_calls_active') === 0 && now.get('parley_sessions_active') === 0
    },
    'the last call to end',
    60_000,
  )
  await new Promise((resolve) => setTimeout(resolve, notBefore - performance.now()))
  for (let i = 0; i < 2; i++) {
    relay.process.kill('SIGUSR2')
    await new Promise((resolve) => setTimeout(resolve, 500))
  }
  const { get } = await metrics(relay)
  return {
    heapMb: get('nodejs_heap_size_used_bytes') / 2 ** 20,
    handles: get('nodejs_active_handles_total'),
    files: get('process_open_fds'),
  }
}

describe.skipIf(lacks('flite'))('a running relay', () => {
  it('takes 100,000 random and mutated messages, and then a call as if nothing had been', async () => {
    let sipEndedAt = 0
    const round = async (index: number, share: number) => {
      await Promise.all([sipOverUdp(45_000 * share, index), sipOverTcp(10_000 * share, index)])
      sipEndedAt = performance.now()
      await rtp(25_000 * share, index)
      return frames(20_000 * share, index)
    }
    // A tenth of it first, so that what is made once is there before it is measured.
    await round(0, 0.1)
    const before = await holdings()
    const calls = await round(1, 0.9)
    expect(calls).toBeGreaterThan(20)
    // SIP transactions live on for 32 s after their message (RFC 3261: 64 T1).
    const after = await holdings(sipEndedAt + 34_000)

    expect(relay.process.exitCode).toBeNull()
    expect(relay.output).not.toMatch(/unhandled|uncaught|internal_error/i)
    // What is kept for the console is bounded and not full yet at first; a leak of a few hundred bytes a message would be more.
    expect(after.heapMb - before.heapMb).toBeLessThan(20)
    expect(after.handles).toBeLessThanOrEqual(before.handles + 2)
    expect(after.files).toBeLessThanOrEqual(before.files + 2)

    const { caller, connection } = await call()
    await connection.frame('setup')
    await caller.press(7, 100)
    expect((await connection.frame('dtmf')).frame).toMatchObject({ digit: '7' })
    await caller.hangup()
    expect((await connection.closure()).code).toBe(1000)
    caller.close()
  }, 400_000)
})
