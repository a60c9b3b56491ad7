import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Parser } from '@asyncapi/parser'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { TestApp } from './support/app.js'
import { Baresip } from './support/baresip.js'
import { lacks } from './support/needs.js'
import { freePort } from './support/ports.js'
import { parley, type Ran } from './support/program.js'
import { type CallPage, endedCall } from './support/records.js'
import { TestRelay } from './support/relay.js'
import { readWav, recognise, say } from './support/speech.js'
import { until } from './support/wait.js'

let dir: string
let app: TestApp
let relay: TestRelay
let demo: number

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'parley-'))
  app = await TestApp.start()
  demo = await freePort()
  const hints = ['what are your opening hours', 'book a table', 'goodbye']
  relay = await TestRelay.start(dir, {
    routes: [{ to: '1000', relay: { url: app.url, hints, dtmfDetection: true }, record: true }],
    demo: { enabled: true, port: demo },
  })
})
afterAll(async () => {
  await relay?.stop()
  await app.stop()
  rmSync(dir, { recursive: true, force: true })
})

describe.skipIf(lacks('baresip-core', 'flite', 'pocketsphinx'))('a recorded call', () => {
  let page: CallPage
  /** What the relay understood. */
  let prompt: string

  beforeAll(async () => {
    const phone = await Baresip.start({ dir: join(dir, 'phone'), codec: 'G722' })
    try {
      await phone.dial(`sip:1000@127.0.0.1:${relay.sipPort}`)
      const connection = await app.connection()
      const { frame: setup } = await connection.frame('setup')
      await phone.speak(say('what are your opening hours', dir, 'rms'))
      prompt = String((await connection.frame('prompt')).frame['voicePrompt'])
      const before = phone.heard().samples.length
      connection.send({ type: 'text', token: 'We are open from nine until six in the evening.', last: true })
      await until(() => phone.heard().samples.length > before + 6 * 16_000, 'the answer')
      await phone.hangup()
      page = await endedCall(relay, String(setup['callSid']))
    } finally {
      await phone.stop()
    }
  })

  it('has the caller on the left and the agent on the right', () => {
    const file = page.call.recordingPath!
    const header = readFileSync(file)
    expect(header.readUInt16LE(22)).toBe(2)
    expect(header.readUInt32LE(24)).toBe(16_000)
    const [caller, agent] = [recognise(readWav(file, 0), dir), recognise(readWav(file, 1), dir)]
    expect(caller).toMatch(/your open.*hours/)
    expect(caller).not.toMatch(/nine|evening/)
    expect(agent).toMatch(/open from nine.*six.*evening/)
    expect(agent).not.toMatch(/hours/)
    // As long as the call was: nothing is left out, nothing is stretched.
    const seconds = readWav(file).samples.length / 16_000
    const talked = (page.call.endedAt! - page.call.answeredAt!) / 1000
    expect(Math.abs(seconds - talked)).toBeLessThan(1)
  })

  it('is listed by `parley calls` while the relay runs', async () => {
    const { code, stdout } = await parley(['calls', '--data', relay.dataDir])
    expect(code).toBe(0)
    expect(stdout).toContain(page.call.callSid.slice(0, 10))
    expect(stdout).toMatch(/caller +1000 +0:\d\d|1000.*completed.*caller/s)
    const json = JSON.parse((await parley(['calls', '--data', relay.dataDir, '--json'])).stdout)
    expect(json).toMatchObject([
      { callSid: page.call.callSid, status: 'completed', codec: 'G722', dialled: '1000' },
    ])
    const none = await parley(['calls', '--data', relay.dataDir, '--status', 'failed'])
    expect(none.stdout).toContain('No calls.')
  })

  it('is told by `parley show` as who spoke when, and how long the answer took', async () => {
    const { code, stdout } = await parley(['show', page.call.callSid.slice(0, 12), '--data', relay.dataDir])
    expect(code).toBe(0)
    expect(stdout).toContain(page.call.callSid)
    expect(stdout).toContain(prompt)
    // Long lines are broken to the terminal's width.
    expect(stdout).toMatch(/We are open from nine until six\s+in the evening\./)
    expect(stdout).toMatch(/\d+ ms/)
    const json = JSON.parse((await parley(['show', 'last', '--data', relay.dataDir, '--json'])).stdout)
    expect(json.sessions[0].timeline).toEqual(page.sessions[0]!.timeline)

    const unknown = await parley(['show', 'CAffff', '--data', relay.dataDir])
    expect(unknown.code).toBe(1)
    expect(unknown.stderr).toContain('CAffff')
  })

  it('has a timeline in the shape of Conversation Relay events', () => {
    const [session] = page.sessions
    const names = session!.timeline.map(({ name }) => name)
    expect(names[0]).toBe('configurations')
    expect(names.at(-1)).toBe('call_wrap_up')
    for (const name of [
      'start_of_customer_speech',
      'end_of_customer_speech',
      'start_of_agent_speech',
      'end_of_agent_speech',
    ]) {
      expect(names).toContain(name)
    }
    expect(session!.timeline.map(({ sequenceNumber }) => sequenceNumber)).toEqual(names.map((_, i) => i + 1))
    expect(session!.timeline.every(({ sessionId }) => sessionId === session!.sessionId)).toBe(true)
    const times = session!.timeline.map(({ at }) => at)
    expect(times).toEqual([...times].sort((a, b) => a - b))
  })

  it('is one of those that HTTP tells of, beside the protocol itself', async () => {
    const document = await (await relay.get('/asyncapi.json')).text()
    const { document: parsed, diagnostics } = await new Parser().parse(document)
    expect(diagnostics.filter(({ severity }) => severity === 0)).toEqual([])
    expect(parsed!.version()).toMatch(/^3\./)
    expect(parsed!.channels().all()).toHaveLength(2)
    const landing = await (await relay.get('/')).text()
    for (const path of ['/healthz', '/readyz', '/metrics', '/asyncapi.json', '/v1/calls']) {
      expect(landing).toContain(path)
    }
  })
})

describe.skipIf(lacks('flite', 'pocketsphinx'))('parley call', () => {
  const call = (...args: string[]): Promise<Ran> =>
    parley(['call', '--app', `ws://127.0.0.1:${demo}/ws`, '--timeout', '60', ...args], {}, 90_000)

  it('talks to the demo, prints the conversation, leaves a recording and a timeline', async () => {
    const out = join(dir, 'out')
    const { code, stdout } = await call('--say', 'what are your opening hours', '--out', out)
    expect(stdout.toLowerCase()).toMatch(/caller +what are your opening hours/)
    expect(stdout).toMatch(/agent .*nine/i)
    expect(code).toBe(0)
    const timeline = JSON.parse(readFileSync(join(out, 'timeline.json'), 'utf8'))
    expect(timeline.status).toBe('completed')
    expect(timeline.events.at(-1).name).toBe('call_wrap_up')
    const recording = join(out, 'recording.wav')
    expect(recognise(readWav(recording, 0), dir)).toMatch(/opening hours/)
    expect(recognise(readWav(recording, 1), dir)).toMatch(/nine/)
  })

  it('takes a WAV and keys in place of words, in either dialect, and tells machines in JSON', async () => {
    const connections = app.connections.length
    app.onFrame = ({ type }, connection) => {
      if (type !== 'error') connection.send({ type: 'text', token: 'Yes.', last: true })
    }
    const wav = join(dir, 'question.wav')
    execFileSync('flite', ['-voice', 'rms', '-t', 'hello', '-o', wav])
    const args = ['call', '--app', app.url, '--dialect', 'telnyx', '--wav', wav, '--digits', '1', '--json']
    const { code, stdout } = await parley(args)
    expect(code).toBe(0)
    const report = JSON.parse(stdout)
    expect(report.status).toBe('completed')
    const names = report.events.map(({ name }: { name: string }) => name)
    expect(names).toEqual(expect.arrayContaining(['configurations', 'prompt_sent', 'dtmf', 'chunk_played']))
    expect(app.connections).toHaveLength(connections + 1)
    expect(app.connections.at(-1)!.frames('dtmf')).toMatchObject([{ digit: '1' }])
  })

  it('exits with 1 when the session failed, and when the command makes no sense', async () => {
    const out = join(dir, 'failed')
    const failed = await parley(
      ['call', '--app', 'ws://127.0.0.1:9/ws', '--say', 'hello', '--json', '--out', out],
      {},
      60_000,
    )
    expect(failed.code).toBe(1)
    expect(JSON.parse(failed.stdout)).toMatchObject({
      status: 'failed',
      result: { cause: 'app-connect-failed' },
    })
    expect(existsSync(join(out, 'timeline.json'))).toBe(true)
    const missing = await call('--wav', join(dir, 'none.wav'))
    expect(missing.code).toBe(1)
    expect(missing.stderr).toContain('none.wav')
    const nonsense = await call('--digits', '12x')
    expect(nonsense.code).toBe(1)
    expect(nonsense.stderr).toContain('keys')
  })
})
