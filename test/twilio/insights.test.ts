import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseRelaySettings } from '../../src/protocol/index.js'
import type { RtpStats } from '../../src/rtp/index.js'
import type { TimelineEventName } from '../../src/session/index.js'
import type { FakeCall } from '../support/fake-call.js'
import { account, patience, Rig } from './support/rig.js'

const start = 1_756_000_000_000

/** Figures of a call as its leg has them. */
const measured = (received: number, lost: number, jitterMs: number, remoteLost: number): RtpStats => ({
  received: {
    ...{ packets: received, bytes: received * 160, lost, discarded: 0, jitterMs },
    ...{ concealedMs: 0, delayMs: 40, rejected: 0 },
  },
  sent: { packets: received < 600 ? 500 : 1000, bytes: 0, errors: 0 },
  remote: { lossRatio: 0, lost: remoteLost, jitterMs: 1.5 },
  roundTripMs: 200,
  mos: 4.2,
})

describe("Voice Insights, by the vendor's SDK", { timeout: patience }, () => {
  let rig: Rig
  let call: FakeCall
  let sid: string
  const session = 'VX00000000000000000000000000000001'

  beforeAll(async () => {
    rig = await Rig.start()
    call = rig.calls.dial({ to: '+15550002222', from: '+15550001111', route: 'test' })
    sid = call.identity.callSid
    const settings = parseRelaySettings({
      url: 'wss://app.example.com/ws',
      dtmfDetection: true,
      partialPrompts: true,
      reportInputDuringAgentSpeech: 'any',
      events: 'speaker-events tokens-played',
      transcriptionProvider: 'Deepgram',
      speechModel: 'flux',
      interruptSensitivity: 'low',
    })
    const languages = {
      'en-US': {
        tts_provider: 'ElevenLabs',
        voice: 'Mark',
        transcription_provider: 'Deepgram',
        speech_model: 'flux',
      },
    }
    rig.store.sessionStarted({
      sessionId: session,
      callSid: sid,
      dialect: 'twilio',
      url: settings.url,
      startedAt: start,
      settings: { ...settings },
    })
    await rig.clock.run(20)
    call.ringing()
    await rig.clock.run(80)
    call.pickUp()
    let sequenceNumber = 0
    const happened = (ms: number, name: TimelineEventName, data: Record<string, unknown> = {}) =>
      rig.store.timeline({ sessionId: session, sequenceNumber: ++sequenceNumber, at: start + ms, name, data })
    happened(50, 'configurations', { configurations: { configurations: {}, languages } })
    happened(1000, 'start_of_customer_speech')
    happened(2200, 'end_of_customer_speech')
    happened(2300, 'stt_latency', { stt_latency: { latency_ms: 300 } })
    happened(2300, 'prompt_sent', { text: 'hello' })
    happened(2301, 'frame_sent', { body: '{}' })
    happened(2302, 'round_trip', { round_trip_ms: 40.04 })
    happened(2303, 'round_trip', { round_trip_ms: 60 })
    happened(2500, 'first_token_received')
    happened(3500, 'final_token_received', { last_token_received: { total_tokens: 20, total_words: 10 } })
    happened(2660, 'tts_latency', { tts_latency: { latency_ms: 160 } })
    happened(2700, 'start_of_agent_speech')
    happened(3600, 'interrupt', { interrupt: { type: 'SPEECH' }, heard: 'Hel', heard_ms: 300 })
    happened(3601, 'end_of_agent_speech')
    happened(3700, 'error_event', {
      error: { error_code: 64105, message: 'Websocket ended', code: 'app_socket_lost' },
    })
    happened(4000, 'call_wrap_up', { call_wrap_up: { duration_in_seconds: 4, end_status: 'failure' } })
    rig.store.callMeasured(sid, start + 10_100, measured(500, 5, 4, 0))
    rig.store.callMeasured(sid, start + 20_100, measured(990, 15, 40, 3))
    await rig.clock.run(20_000)
    call.end()
  }, patience)
  afterAll(() => rig?.stop())

  it('tells what happened, in rows as they were recorded', async () => {
    const events = await rig.client.insights.v1.calls(sid).events.list({ pageSize: 5 })
    expect(events.map(({ name }) => name)).toEqual([
      'initiated',
      'ringing',
      'configurations',
      'answered',
      'start_of_customer_speech',
      'end_of_customer_speech',
      'stt_latency',
      'prompt_sent',
      'first_token_received',
      'tts_latency',
      'start_of_agent_speech',
      'final_token_received',
      'interrupt',
      'end_of_agent_speech',
      'error_event',
      'call_wrap_up',
      'completed',
    ])
    const response = await fetch(`${rig.url}/v1/Voice/${sid}/Events`, {
      headers: { authorization: `Basic ${btoa(`${account.sid}:${account.authToken}`)}` },
    })
    const { events: rows, meta } = (await response.json()) as { events: object[]; meta: object }
    const base = {
      account_sid: account.sid,
      call_sid: sid,
      client_edge: null,
      sdk_edge: null,
      sip_edge: null,
    }
    const relay = { ...base, edge: null, group: 'conversation_relay', level: null, carrier_edge: null }
    expect(rows[0]).toEqual({
      ...base,
      timestamp: new Date(start).toISOString(),
      edge: 'carrier_edge',
      group: 'connection',
      level: 'INFO',
      name: 'initiated',
      carrier_edge: { metadata: { edge_location: 'parley', region: 'parley' } },
      conversation_relay_data: null,
    })
    expect(rows[2]).toEqual({
      ...relay,
      timestamp: new Date(start + 50).toISOString(),
      name: 'configurations',
      conversation_relay_data: {
        session_id: session,
        sequence_number: 1,
        configurations: {
          configurations: {
            debug: '[]',
            dtmfDetection: 'true',
            echoPromptFiltering: 'false',
            events: '[speaker-events, tokens-played]',
            interruptOptions:
              'InterruptOptions{interruptConfidenceThreshold=0.8, ignoreBackchannelForInterrupt=false, ' +
              'interruptCheckThresholdType=by-chars, interruptInputLengthThreshold=10}',
            interruptible: 'ANY',
            partialPromptOnHangup: 'false',
            partialPrompts: 'true',
            preemptible: 'FALSE',
            reportInputDuringAgentSpeech: 'ANY',
            speechProvider: 'flux',
            speechTimeout: '0',
            transcriptionLanguage: 'en-US',
            transcriptionProvider: 'Deepgram',
            ttsLanguage: 'en-US',
            ttsProvider: expect.any(String),
            turnDetection: 'OFF',
            voice: expect.any(String),
            welcomeGreetingInterruptible: 'TRUE',
          },
          languages: {
            'en-US': {
              tts_provider: 'ElevenLabs',
              voice: 'Mark',
              transcription_provider: 'Deepgram',
              speech_model: 'flux',
            },
          },
        },
      },
    })
    const dataOf = (name: string) => {
      const row = rows.find((one) => (one as { name: string }).name === name)
      return (row as { conversation_relay_data: object }).conversation_relay_data
    }
    expect(dataOf('prompt_sent')).toEqual({ session_id: session, sequence_number: 5 })
    expect(dataOf('tts_latency')).toEqual({
      session_id: session,
      sequence_number: 11,
      tts_latency: { latency_ms: 160 },
    })
    expect(dataOf('interrupt')).toMatchObject({ interrupt: { type: 'SPEECH' } })
    expect(Object.keys(dataOf('interrupt'))).toHaveLength(3)
    expect(dataOf('error_event')).toMatchObject({ error: { error_code: 64105, message: 'Websocket ended' } })
    expect(dataOf('call_wrap_up')).toMatchObject({
      call_wrap_up: { duration_in_seconds: 4, end_status: 'failure' },
    })
    expect(meta).toEqual({
      page: 0,
      page_size: 50,
      first_page_url: `${rig.url}/v1/Voice/${sid}/Events?PageSize=50&Page=0`,
      previous_page_url: null,
      next_page_url: null,
      key: 'events',
      url: `${rig.url}/v1/Voice/${sid}/Events?PageSize=50&Page=0`,
    })
  })

  it('filters by edge', async () => {
    const { events } = rig.client.insights.v1.calls(sid)
    expect(await events.list({ edge: 'carrier_edge' })).toHaveLength(17)
    expect(await events.list({ edge: 'sdk_edge' })).toEqual([])
  })

  it('sums the call and its sessions up', async () => {
    const summary = await rig.client.insights.v1.calls(sid).summary().fetch()
    expect(summary).toMatchObject({
      callSid: sid,
      accountSid: account.sid,
      callState: 'completed',
      callType: 'carrier',
      processingState: 'complete',
      duration: 20,
      connectDuration: 20,
      sipEdge: null,
      carrierEdge: {
        codec_name: null,
        metrics: {
          inbound: {
            packets_received: 990,
            packets_lost: 15,
            packets_loss_percentage: 1.49,
            jitter: { avg: 22, max: 40 },
            rtt: 200,
            mos: 4.2,
          },
          outbound: { packets_received: 1000, packets_lost: 3, jitter: { avg: 1.5, max: 1.5 }, mos: null },
        },
      },
      tags: ['high_jitter', 'high_latency'],
      properties: { direction: 'outbound_api', pdd_ms: 20 },
    })
    const raw = await fetch(`${rig.url}/v1/Voice/${sid}/Summary`, {
      headers: { authorization: `Basic ${btoa(`${account.sid}:${account.authToken}`)}` },
    })
    const { agent_session_summaries: sessions } = (await raw.json()) as { agent_session_summaries: object[] }
    const one = (value: number) => ({ min: value, max: value, avg: value })
    expect(sessions).toEqual([
      {
        session_id: session,
        tts_latency_ms: one(160),
        stt_latency_ms: one(300),
        network_latency_ms: { min: 40, max: 60, avg: 50 },
        time_to_first_audio_ms: one(700),
        application_latency_ms: one(200),
        tokens: { total: 20, tokens_per_second: one(20) },
        words: { total: 10, words_per_minute: one(600) },
        turns: 1,
        interruptions: { customer_to_agent: 1, agent_to_customer: 0 },
        session_state: 'failure',
      },
    ])
  })

  it('measures the media, a row each way for each sample', async () => {
    const { metrics } = rig.client.insights.v1.calls(sid)
    const rows = await metrics.list({ pageSize: 3 })
    expect(rows.map(({ timestamp, edge, direction }) => [timestamp, edge, direction])).toEqual([
      [new Date(start + 10_100).toISOString(), 'carrier_edge', 'inbound'],
      [new Date(start + 10_100).toISOString(), 'carrier_edge', 'outbound'],
      [new Date(start + 20_100).toISOString(), 'carrier_edge', 'inbound'],
      [new Date(start + 20_100).toISOString(), 'carrier_edge', 'outbound'],
    ])
    expect(rows[2]).toMatchObject({
      callSid: sid,
      sdkEdge: null,
      carrierEdge: {
        cumulative: { packets_received: 990, packets_lost: 15, jitter: { avg: 22, max: 40 } },
        interval: {
          packets_received: 490,
          packets_lost: 10,
          packets_loss_percentage: 2,
          rtt: { value: 200 },
        },
      },
    })
    expect(rows[3]!.carrierEdge).toMatchObject({ interval: { packets_received: 500, packets_lost: 3 } })
    expect(await metrics.list({ direction: 'outbound' })).toHaveLength(2)
    expect(await metrics.list({ edge: 'sip_edge' })).toEqual([])
  })

  it('has calls of SIP phones at the edge of SIP, with what their sessions did', async () => {
    const phone = rig.calls.dial({ to: 'sip:desk@127.0.0.1', from: '+15550001111', route: 'test' })
    const live = rig.client.insights.v1.calls(phone.identity.callSid)
    const events = await live.events.list({ edge: 'sip_edge' })
    expect(events.map(({ name, edge }) => [name, edge])).toEqual([['initiated', 'sip_edge']])
    expect(await live.events.list({ edge: 'carrier_edge' })).toEqual([])
    expect(await live.summary().fetch({ processingState: 'partial' })).toMatchObject({
      callType: 'sip',
      callState: 'undialed',
      processingState: 'partial',
      endTime: null,
    })
    await expect(live.summary().fetch({ processingState: 'complete' })).rejects.toMatchObject({ status: 404 })
    phone.end({ status: 'no-answer' })
    expect(await live.summary().fetch({ processingState: 'complete' })).toMatchObject({
      callState: 'noanswer',
    })
  })

  it('keeps what people say about a call', async () => {
    const annotation = rig.client.insights.v1.calls(sid).annotation()
    expect(await annotation.fetch()).toMatchObject({ callSid: sid, callScore: null, qualityIssues: [] })
    await annotation.update({ callScore: 4, comment: 'fine', answeredBy: 'human', qualityIssues: 'echo' })
    expect(await annotation.fetch()).toMatchObject({
      callScore: 4,
      comment: 'fine',
      answeredBy: 'human',
      qualityIssues: ['echo'],
    })
    expect(await rig.client.insights.v1.calls(sid).summary().fetch()).toMatchObject({
      answeredBy: 'human',
      annotation: { call_score: 4, comment: 'fine' },
    })
    await expect(annotation.update({ callScore: 9 })).rejects.toMatchObject({ code: 20001 })
  })

  it('knows no other calls', async () => {
    const stranger = rig.client.insights.v1.calls('CA00000000000000000000000000000009')
    await expect(stranger.events.list()).rejects.toMatchObject({ status: 404 })
    await expect(stranger.summary().fetch()).rejects.toMatchObject({ status: 404, code: 20404 })
  })
})
