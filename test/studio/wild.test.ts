import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { checkFlow, drawSvg, graphOf } from '../../src/studio/index.js'
import { Bench, settle } from './support/bench.js'

const folder = new URL('wild/', import.meta.url)
const read = (name: string) => JSON.parse(readFileSync(new URL(name, folder), 'utf8'))

it.each(readdirSync(folder))('%s is good, and can be drawn', (name) => {
  const { flow, problems, warnings } = checkFlow(read(name))
  expect([problems, warnings]).toEqual([[], []])
  expect(drawSvg(graphOf(flow!))).toContain('</svg>')
})

describe('an old export: HTTP, split, menu, dial, voicemail, function', () => {
  const hours = 'https://hours.example.com/4?number=%252B13122010094'
  const notify = 'https://mail-1234.example.com/notify'

  it('open: goes to sales, who do not answer, and takes a message', async () => {
    const bench = new Bench(read('old-export-ivr.json'))
    bench.answers[hours] = () => ({ contentType: 'application/json', body: '{"state":"open"}' })
    bench.answers[notify] = () => ({ contentType: 'text/plain', body: 'ok' })
    const call = await bench.call()
    expect(call.announcements[0]!.item).toMatchObject({
      text: 'For sales, press 1. To leave a message, press 2.',
      voice: { voice: 'Polly.Joanna' },
    })
    call.finishAnnouncement()
    await settle()
    bench.clock.advance(5000)
    await settle()
    call.press('1')
    await settle()
    expect(bench.calls.dials).toMatchObject([{ to: '15555551234', from: '+15550001111' }])
    bench.calls.last.end({ status: 'busy', cause: 'busy' })
    await settle()
    call.finishAnnouncement()
    await settle()
    call.finishAnnouncement()
    await settle()
    call.recordings[0]!.finish('silence', 4000)
    await settle()
    expect(bench.requests.at(-1)).toMatchObject({
      url: notify,
      form: { url: 'http://relay.test/RE1', seconds: '4' },
    })
    expect(bench.path).toEqual([
      'Trigger incomingCall → get_hours',
      'get_hours success → is_open',
      'is_open match → main_menu',
      'main_menu timeout → main_menu',
      'main_menu keypress → route',
      'route match → sales',
      'sales callCompleted → closed',
      'closed audioComplete → voicemail',
      'voicemail recordingComplete → notify',
      'notify success → Ended',
    ])
    expect(call.state).toBe('ended')
  })

  it('closed: asks for a message at once', async () => {
    const bench = new Bench(read('old-export-ivr.json'))
    bench.answers[hours] = () => ({ contentType: 'application/json', body: '{"state":"closed"}' })
    await bench.call()
    expect(bench.path.at(-1)).toBe('is_open noMatch → closed')
  })
})

describe('a flow in the newer names: gather, relay, split, queue', () => {
  const toAgent = async () => {
    const bench = new Bench(read('new-names-agent.json'))
    const call = await bench.call({ headers: [['X-Room', '12']] })
    call.listenings[0]!.hear('billing')
    await settle()
    expect(call.sessions[0]).toMatchObject({
      url: 'wss://agent.example.com/ws/%2B15550001111',
      welcomeGreeting: 'You said billing.',
      ttsProvider: 'ElevenLabs',
      transcriptionProvider: 'Deepgram',
      speechModel: 'nova-3-general',
      dtmfDetection: true,
      parameters: { topic: 'billing', sip: '12' },
    })
    return { bench, call }
  }

  it('queues a caller who wants a person, with what the app handed off', async () => {
    const { bench, call } = await toAgent()
    call.sessionOver('app-ended', { handoffData: '{"reasonCode":"live-agent-handoff"}' })
    await settle()
    const queue = bench.twiml.queues.get('WW00000000000000000000000000000001')!
    expect(queue.members).toHaveLength(1)
    call.hangUp()
    await settle()
    expect(bench.path.slice(-2)).toEqual(['queue_or_end match → queue', 'queue callComplete → Ended'])
    const { TaskAttributes } = bench.context['widgets']!['queue']!
    expect(JSON.parse(String(TaskAttributes))).toEqual({
      handoff: { reasonCode: 'live-agent-handoff' },
      from: '+15550001111',
    })
  })

  it('takes a message when the app cannot be reached', async () => {
    const { bench, call } = await toAgent()
    call.sessionOver('app-connect-failed')
    await settle()
    expect(call.recordings[0]!.wish).toMatchObject({ silenceMs: 4000, maxMs: 120_000, trim: true })
    call.recordings[0]!.finish('silence', 0)
    await settle()
    expect(bench.ends).toEqual(['the flow came to its end'])
  })
})
