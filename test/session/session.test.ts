import { describe, expect, it } from 'vitest'
import { ParleyError } from '../../src/base/errors.js'
import { endTable } from '../../src/session/index.js'
import { Rig } from './support/rig.js'

describe('a session', () => {
  it('says setup first, then the greeting, and tells when the app is ready', async () => {
    const rig = new Rig(
      { welcomeGreeting: 'Hello there.', events: 'speaker-events', parameters: { customer_id: 'c1' } },
      { answered: false },
    )
    rig.session.start()
    expect(rig.tts.asked).toEqual(['Hello there.'])
    rig.appListener.opened()
    expect(rig.ready).toBe(1)
    expect(rig.frames[0]!.frame).toMatchObject({
      type: 'setup',
      callStatus: 'RINGING',
      customParameters: { customer_id: 'c1' },
    })
    await rig.run(200)
    expect(rig.played).not.toContain(true)
    rig.session.answered()
    await rig.run(100)
    expect(rig.played).toContain(true)
    expect(rig.said().slice(1)).toEqual(['info agentSpeaking on'])
  })

  it('turns what the caller says into prompts', async () => {
    const rig = await new Rig({ partialPrompts: true, events: 'speaker-events' }).open()
    rig.voice.voiceStart(60)
    rig.stt.now.hears('what are')
    rig.stt.now.hears('what are your hours')
    rig.voice.voiceEnd(200)
    await rig.run(600)
    expect(rig.stt.now.finalized).toBe(1)
    rig.stt.now.settles('what are your hours')
    expect(rig.said(1)).toEqual([
      'info clientSpeaking on',
      'prompt what are en-US false',
      'prompt what are your hours en-US false',
      'info clientSpeaking off',
      'prompt what are your hours en-US true',
    ])
    expect(rig.events('stt_latency')[0]!.data['stt_latency']).toEqual({ latency_ms: 800 })
  })

  it('keeps what happens before the app is connected', async () => {
    const rig = new Rig({ dtmfDetection: true })
    rig.session.start()
    rig.press('5')
    expect(rig.frames).toEqual([])
    rig.appListener.opened()
    expect(rig.said().map((frame) => frame.split(' ')[0])).toEqual(['setup', 'dtmf'])
  })

  it('sends no partials to an app that did not ask, and none at all for blank finals', async () => {
    const rig = await new Rig().open()
    rig.stt.now.hears('hello')
    rig.stt.now.settles('hello')
    rig.stt.now.settles('')
    expect(rig.said(1)).toEqual(['prompt hello en-US true'])
  })

  it('lets an engine that detects turns decide, with speechTimeout as the longest silence', async () => {
    const rig = await new Rig({ speechTimeout: 1_500 }, { endpointing: 'engine' }).open()
    rig.voice.voiceStart(0)
    rig.stt.now.settles('my number is')
    rig.voice.voiceEnd(0)
    await rig.run(1_000)
    rig.voice.voiceStart(0)
    rig.stt.now.settles('five five five')
    rig.voice.voiceEnd(0)
    expect(rig.said(1)).toEqual([])
    rig.stt.now.emit('endOfTurn')
    expect(rig.said(1)).toEqual(['prompt my number is five five five en-US true'])
    rig.voice.voiceStart(0)
    rig.stt.now.hears('and')
    rig.voice.voiceEnd(0)
    await rig.run(1_600)
    expect(rig.stt.now.finalized).toBe(1)
  })

  it('opens recognition again when the engine breaks', async () => {
    const rig = await new Rig().open()
    rig.stt.now.emit('error', new Error('gone'))
    await rig.run(100)
    expect(rig.stt.opened).toHaveLength(2)
    rig.stt.now.settles('still here')
    expect(rig.said(1)).toEqual(['prompt still here en-US true'])
    expect(rig.events('error_event')[0]!.data['error']).toMatchObject({ error_code: 64114 })
  })

  it('tells in the timeline of engines that failed, and the app nothing', async () => {
    const rig = await new Rig({ welcomeGreeting: 'Hello.' }).open()
    await rig.run(100)
    const said = rig.frames.length
    const error = new Error('acme: gone')
    rig.engineFailed!({ kind: 'tts', engine: 'acme', error, next: 'flite' })
    rig.engineFailed!({
      kind: 'tts',
      engine: 'acme',
      error: new ParleyError('tts_conversion_failed', 'odd audio'),
      next: 'flite',
    })
    rig.engineFailed!({ kind: 'stt', engine: 'acme', error, next: undefined, retryMs: 500 })
    expect(rig.events('error_event').map(({ data }) => data['error'])).toEqual([
      {
        error_code: 64111,
        code: 'tts_failed',
        engine: 'acme',
        next: 'flite',
        message: 'acme: gone; flite goes on',
      },
      {
        error_code: 64112,
        code: 'tts_conversion_failed',
        engine: 'acme',
        next: 'flite',
        message: expect.stringContaining('flite goes on'),
      },
      {
        error_code: 64114,
        code: 'stt_failed',
        engine: 'acme',
        next: null,
        message: 'acme: gone; no engine is left, all are tried again in 500 ms',
      },
    ])
    expect(rig.frames).toHaveLength(said)
  })

  it('changes languages both ways', async () => {
    const rig = await new Rig().open()
    rig.send({ type: 'language', ttsLanguage: 'es-ES', transcriptionLanguage: 'es-ES' })
    expect(rig.stt.opened).toHaveLength(2)
    expect(rig.stt.opened[0]!.closed).toBe(true)
    rig.stt.now.settles('hola')
    expect(rig.said(1)).toEqual(['prompt hola es-ES true'])
    expect(rig.events('language_changed')[0]!.data['language_changed']).toEqual({
      tts_language_code: 'es-ES',
      transcription_language_code: 'es-ES',
    })
  })

  it('tells the app when media cannot be fetched, and goes on', async () => {
    const rig = await new Rig().open()
    rig.send({ type: 'play', source: 'http://127.0.0.1:9/missing.wav' })
    rig.send({ type: 'text', token: 'Sorry.', last: true })
    await rig.run(1_000)
    expect(rig.said(1)[0]).toMatch(/^error .*404/)
    expect(rig.played).toContain(true)
  })

  it('keeps the audio of a data URL out of errors and records', async () => {
    const rig = await new Rig().open()
    rig.send({ type: 'play', source: `data:audio/wav;base64,${'A'.repeat(50_000)}missing.wav` })
    await rig.run(1_000)
    expect(rig.said(1)).toHaveLength(1)
    expect(rig.said(1)[0]!.length).toBeLessThan(1_000)
    expect(JSON.stringify(rig.timeline).length).toBeLessThan(5_000)
    expect(rig.events('frame_received')[0]!.data).toMatchObject({ type: 'play', source: 'data:' })
  })

  it('refuses ten bad frames one by one, then closes with 1007', async () => {
    const rig = await new Rig().open()
    for (let i = 0; i < 9; i++) rig.send('nonsense')
    rig.send({ type: 'text', token: '', last: true })
    for (let i = 0; i < 9; i++) rig.send({ type: 'foo' })
    expect(rig.result).toBeUndefined()
    rig.send({ type: 'text' })
    expect(rig.said(1).filter((frame) => frame.startsWith('error'))).toHaveLength(19)
    expect(rig.socketClosed).toEqual({ code: 1007, reason: 'Too many consecutive malformed messages.' })
    expect(rig.result!.cause).toBe('too-many-invalid-frames')
  })

  it('refuses a frame over the size limit without reading it', async () => {
    const rig = await new Rig().open()
    rig.send({ type: 'text', token: 'x'.repeat(70_000), last: true })
    expect(rig.said(1)[0]).toMatch(/^error/)
    expect(rig.result).toBeUndefined()
  })
})

describe('the end of a session', () => {
  it('comes at once when its document asked for what cannot be; the app is told why', async () => {
    const rig = await new Rig({
      refusal: 'speechTimeout is 1 and must be more',
      welcomeGreeting: 'Hi',
    }).open()
    expect(rig.said().map((frame) => frame.split(' ')[0])).toEqual(['setup', 'error'])
    expect(rig.said()[1]).toContain('speechTimeout is 1 and must be more')
    expect(rig.result).toMatchObject({ cause: 'setting-invalid' })
    expect(rig.ready).toBe(0)
  })

  it('drains the queue before it closes on end', async () => {
    const rig = await new Rig({ events: 'tokens-played' }).open()
    rig.send({ type: 'text', token: 'Goodbye.', last: true })
    rig.send({ type: 'end', handoffData: '{"reason":"done"}' })
    rig.send({ type: 'text', token: 'Too late.', last: true })
    await rig.run(200)
    expect(rig.result).toBeUndefined()
    await rig.run(600)
    expect(rig.said()).toContain('info tokensPlayed Goodbye.')
    expect(rig.socketClosed).toEqual({ code: 1000, reason: 'Closing websocket session' })
    expect(rig.result).toMatchObject({
      cause: 'app-ended',
      handoffData: '{"reason":"done"}',
      engines: { stt: expect.any(String), tts: expect.any(String) },
    })
    expect(rig.tts.asked).toEqual(['Goodbye.'])
  })

  it.each([
    ['caller-gone', (rig: Rig) => rig.session.end('caller-gone', 'BYE')],
    ['call-completed', (rig: Rig) => rig.session.end('call-completed', 'REST')],
    ['stopped', (rig: Rig) => rig.session.end('stopped', 'command')],
    ['app-socket-lost', (rig: Rig) => rig.appListener.closed(1006, '')],
    ['rtp-timeout', (rig: Rig) => rig.gone('rtp-timeout')],
    ['internal-error', (rig: Rig) => rig.gone('failed')],
    ['shutting-down', (rig: Rig) => rig.session.end('shutting-down', 'SIGTERM')],
    ['too-long', (rig: Rig) => rig.run(60_000)],
  ] as const)('keeps to its row: %s', async (cause, act) => {
    const rig = await new Rig({}, { sessionMs: 60_000 }).open()
    await act(rig)
    const row = endTable[cause]
    expect(rig.result!.cause).toBe(cause)
    expect(rig.said(1).filter((frame) => frame.startsWith('error'))).toHaveLength(row.tellApp ? 1 : 0)
    if (row.close)
      expect(rig.socketClosed?.code).toBe(
        row.close === 'normal' ? 1000 : (row.close as { code: number }).code,
      )
    expect(rig.timeline.at(-1)).toMatchObject({
      name: 'call_wrap_up',
      data: { call_wrap_up: { end_status: row.wrapUp } },
    })
    expect(rig.events('error_event')).toHaveLength(row.error ? 1 : 0)
    expect(rig.stt.opened.every(({ closed }) => closed)).toBe(true)
  })

  it('keeps to its row: app-connect-failed', async () => {
    const rig = new Rig()
    rig.session.start()
    rig.appListener.failed('ECONNREFUSED')
    expect(rig.result).toMatchObject({ cause: 'app-connect-failed' })
    expect(rig.frames).toEqual([])
    expect(rig.ready).toBe(0)
  })

  it('ends once, whatever follows', async () => {
    const rig = await new Rig().open()
    rig.session.end('caller-gone', 'BYE')
    rig.session.end('stopped', 'command')
    rig.appListener.closed(1006, '')
    expect(rig.result!.cause).toBe('caller-gone')
    expect(rig.events('call_wrap_up')).toHaveLength(1)
  })
})
