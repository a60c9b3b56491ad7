import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  createSipEdge,
  type IncomingRefer,
  type ListeningSipEdge,
  type OutgoingCall,
  type OutgoingCallListener,
  type OutgoingCallRequest,
  type SipCallEnd,
  type SipCallListener,
  writeOffer,
} from '../../src/sip/index.js'
import { Baresip } from './support/baresip.js'
import { lacks } from './support/needs.js'
import { freePort } from './support/ports.js'
import { SippCallee, type Step } from './support/sipp-callee.js'
import { until } from './support/wait.js'

let dir: string
let edge: ListeningSipEdge
let mediaPort: number
const open: Array<() => unknown> = []

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'parley-'))
  mediaPort = await freePort()
  const listen = (['udp', 'tcp'] as const).map((transport) => ({ transport, host: '127.0.0.1', port: 0 }))
  edge = createSipEdge({
    config: { listen },
    onCall: (call) => {
      call.reject(404)
      return { ...deaf, confirmed() {} }
    },
  })
  await edge.start()
})
afterEach(async () => {
  await edge.close()
  for (const close of open.splice(0).reverse()) await close()
  rmSync(dir, { recursive: true, force: true })
})

const deaf: SipCallListener = {
  offered: () => ({ status: 488, reason: 'Not Here' }),
  digit() {},
  ended() {},
}

/** A call of the edge, with what it reported. */
class Call {
  readonly progress: number[] = []
  readonly answers: string[] = []
  readonly refers: IncomingRefer[] = []
  end: SipCallEnd | undefined
  readonly sip: OutgoingCall

  constructor(target: string, request: Partial<OutgoingCallRequest> = {}) {
    const listener: OutgoingCallListener = {
      ...deaf,
      progress: (status) => void this.progress.push(status),
      answered: (sdp) => void this.answers.push(sdp),
      referred: (refer) => void this.refers.push(refer),
      ended: (end) => {
        this.end = end
      },
    }
    this.sip = edge.call(
      {
        target,
        from: { displayName: 'Parley', uri: 'sip:parley@127.0.0.1' },
        hops: [],
        headers: [],
        offer: offerAt(mediaPort),
        answerTimeoutMs: 20_000,
        ...request,
      },
      listener,
    )
  }

  async answered(): Promise<this> {
    await until(() => this.answers.length > 0 || this.end !== undefined, 'an answer')
    expect(this.end).toBeUndefined()
    return this
  }

  async ended(): Promise<SipCallEnd> {
    await until(() => this.end !== undefined, 'the call to end', 30_000)
    return this.end!
  }
}

function offerAt(port: number): string {
  return writeOffer({ address: '127.0.0.1', port, rtcpPort: port + 1, sessionId: '1', version: 1 })
}

async function phone(name: string, options: Partial<Parameters<typeof Baresip.start>[0]> = {}) {
  const started = await Baresip.start({ dir: join(dir, name), codec: 'PCMU', user: name, ...options })
  open.push(() => started.stop())
  return started
}

async function sipp(name: string, steps: readonly Step[], transport?: 'udp' | 'tcp'): Promise<SippCallee> {
  const started = await SippCallee.start(join(dir, name), steps, transport)
  open.push(() => started.stop())
  return started
}

const ringing = { send: '180 Ringing' }
const answer = { send: '200 OK', sdp: true }
const answerBye: Step[] = [{ expect: 'BYE' }, { send: '200 OK' }]

describe.skipIf(lacks('baresip-core'))('baresip', () => {
  it.each(['udp', 'tcp'] as const)(
    'answers over %s, is held and taken back, and is hung up',
    async (transport) => {
      const desk = await phone('desk', { answers: true, transport })
      const call = await new Call(`sip:desk@127.0.0.1:${desk.sipPort};transport=${transport}`).answered()
      expect(call.answers[0]).toMatch(/^m=audio \d+ RTP\/AVP/m)
      await until(() => /Call established/.test(desk.output), 'the phone to notice')
      expect(await call.sip.reoffer(`${offerAt(mediaPort).replace('a=sendrecv', 'a=sendonly')}`)).toMatch(
        /recvonly/,
      )
      expect(await call.sip.reoffer(offerAt(mediaPort))).toMatch(/sendrecv/)
      call.sip.hangup()
      expect(await call.ended()).toMatchObject({ by: 'relay', reason: 'bye' })
      await desk.closed()
    },
  )

  it('hangs up itself', async () => {
    const desk = await phone('desk', { answers: true })
    const call = await new Call(`sip:desk@127.0.0.1:${desk.sipPort}`).answered()
    await desk.hangup()
    expect(await call.ended()).toMatchObject({ by: 'peer', reason: 'bye' })
  })

  it('rings until it is cancelled', async () => {
    const desk = await phone('desk')
    const call = new Call(`sip:desk@127.0.0.1:${desk.sipPort}`)
    await until(() => call.progress.includes(180), 'the phone to ring')
    call.sip.hangup([['Reason', 'SIP;cause=200;text="Call completed elsewhere"']])
    expect(call.end).toMatchObject({ by: 'relay', reason: 'canceled' })
    await until(() => edge.dialogs === 0, 'the 487')
    await desk.closed()
  })

  it('is asked to call somebody else, and tells how that went', async () => {
    const [desk, other] = [await phone('desk', { answers: true }), await phone('other', { answers: true })]
    const call = await new Call(`sip:desk@127.0.0.1:${desk.sipPort}`).answered()
    const outcome = await call.sip.refer(`sip:other@127.0.0.1:${other.sipPort}`)
    expect(outcome).toEqual({ status: 202, notified: 200 })
    await until(() => /Call established/.test(other.output), 'the other phone to be called')
  })

  it('asks us to call somebody else, and hears how that goes on', async () => {
    const desk = await phone('desk', { answers: true })
    const call = await new Call(`sip:desk@127.0.0.1:${desk.sipPort}`).answered()
    await desk.command('transfer sip:carol@127.0.0.1:9')
    await until(() => call.refers.length > 0, 'the REFER')
    expect(call.refers[0]?.target).toBe('sip:carol@127.0.0.1:9')
    const transfer = call.refers[0]!.accept()
    transfer.progress(180)
    transfer.progress(200)
    expect(await call.ended()).toMatchObject({ by: 'peer', reason: 'bye' })
  })
})

describe.skipIf(lacks('sip-tester'))('sipp', () => {
  const at = (callee: SippCallee, more = '') => `sip:callee@127.0.0.1:${callee.port}${more}`

  it.each(['udp', 'tcp'] as const)('answers over %s after ringing', async (transport) => {
    const callee = await sipp(
      'callee',
      [{ expect: 'INVITE' }, ringing, answer, { expect: 'ACK' }, ...answerBye],
      transport,
    )
    const call = await new Call(at(callee, `;transport=${transport}`)).answered()
    expect(call.progress).toEqual([180])
    call.sip.hangup()
    await callee.satisfied()
  })

  it('is busy', async () => {
    const callee = await sipp('busy', [{ expect: 'INVITE' }, { send: '486 Busy Here' }, { expect: 'ACK' }])
    const call = new Call(at(callee))
    expect(await call.ended()).toEqual({
      by: 'peer',
      reason: 'refused',
      status: 486,
      detail: '486 Busy Here',
    })
    await callee.satisfied()
  })

  it('is given up when it does not answer in time', async () => {
    const callee = await sipp('slow', [
      { expect: 'INVITE' },
      ringing,
      { expect: 'CANCEL' },
      { send: '200 OK' },
      { send: '487 Request Terminated', to: 'INVITE' },
      { expect: 'ACK' },
    ])
    const call = new Call(at(callee), { answerTimeoutMs: 1_000 })
    expect(await call.ended()).toMatchObject({ by: 'relay', reason: 'no-answer' })
    await callee.satisfied()
  })

  it('has early media, reliably', async () => {
    const early = { send: '183 Session Progress', sdp: true, headers: ['Require: 100rel', 'RSeq: 1'] }
    const callee = await sipp('early', [
      { expect: 'INVITE' },
      early,
      { expect: 'PRACK' },
      { send: '200 OK' },
      { send: '200 OK', to: 'INVITE' },
      { expect: 'ACK' },
      ...answerBye,
    ])
    const call = await new Call(at(callee)).answered()
    expect(call.progress).toEqual([183])
    expect(call.answers[0]).toContain('m=audio')
    call.sip.hangup()
    await callee.satisfied()
  })

  it('redirects', async () => {
    const callee = await sipp('there', [{ expect: 'INVITE' }, answer, { expect: 'ACK' }, ...answerBye])
    const headers = [`Contact: <sip:nobody@127.0.0.1:9>;q=0.1, <${at(callee)}>;q=0.7`]
    const moved = await sipp('moved', [
      { expect: 'INVITE' },
      { send: '302 Moved Temporarily', headers },
      { expect: 'ACK' },
    ])
    const call = await new Call(at(moved)).answered()
    await moved.satisfied()
    call.sip.hangup()
    await callee.satisfied()
  })

  // sipp checks answers in Authorization alone.
  const answered = ['Proxy-Authorization', 'username="u".*response="[0-9a-f]*".*nc=00000001'] as const

  it.each([
    [401, 'WWW-Authenticate', { password: 'p' }],
    [407, 'Proxy-Authenticate', { like: answered }],
  ])('asks for a password with %d, also for the BYE', async (status, header, right) => {
    const challenge = (nonce: string) => ({
      send: `${status} Who Are You`,
      headers: [`${header}: Digest realm="sipp", nonce="${nonce}", algorithm=MD5, qop="auth"`],
    })
    const callee = await sipp('guarded', [
      { expect: 'INVITE' },
      challenge('one'),
      { expect: 'ACK' },
      { expect: 'INVITE', ...right },
      answer,
      { expect: 'ACK' },
      { expect: 'BYE' },
      challenge('two'),
      { expect: 'BYE', ...right },
      { send: '200 OK' },
    ])
    const call = await new Call(at(callee), { credentials: { username: 'u', password: 'p' } }).answered()
    call.sip.hangup()
    await callee.satisfied()
  })

  it('is overloaded: the next hop has the call, after a dead one', async () => {
    const full = await sipp('full', [
      { expect: 'INVITE' },
      { send: '503 Service Unavailable' },
      { expect: 'ACK' },
    ])
    const spare = await sipp('spare', [{ expect: 'INVITE' }, answer, { expect: 'ACK' }, ...answerBye])
    const dead = `sip:127.0.0.1:${await freePort()};transport=tcp`
    const hops = [`sip:127.0.0.1:${full.port}`, dead, `sip:127.0.0.1:${spare.port}`]
    const call = await new Call('sip:+15551234@carrier.example', { hops }).answered()
    await full.satisfied()
    call.sip.hangup()
    await spare.satisfied()
  })

  it('keeps a registration until it is taken back', async () => {
    const granted = { send: '200 OK', headers: ['Expires: 600'] }
    const challenge = {
      send: '401 Unauthorized',
      headers: ['WWW-Authenticate: Digest realm="sipp", nonce="one", algorithm=MD5'],
    }
    const registrar = await sipp('registrar', [
      { expect: 'REGISTER' },
      challenge,
      { expect: 'REGISTER', password: 'p' },
      granted,
      { expect: 'REGISTER', password: 'p' },
      { send: '200 OK' },
    ])
    const states: string[] = []
    const registration = edge.register(
      {
        registrar: `sip:127.0.0.1:${registrar.port}`,
        addressOfRecord: 'sip:u@127.0.0.1',
        hops: [],
        credentials: { username: 'u', password: 'p' },
        expiresSeconds: 3600,
      },
      ({ state }) => states.push(state),
    )
    await until(() => states.includes('registered'), 'the registration')
    await registration.close()
    await registrar.satisfied()
    expect(states).toEqual(['registered', 'closed'])
  })
})
