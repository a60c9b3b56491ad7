import { describe, expect, it } from 'vitest'
import { Bench, flowSid, settle } from './support/bench.js'
import { flow, match, on, say, state } from './support/flows.js'

const menu = state('menu', 'gather-input-on-call', {
  properties: { say: 'Press one', timeout: 5, number_of_digits: 1, stop_gather: true },
  transitions: [on('keypress', 'ai'), on('speech'), on('timeout', 'menu_again')],
})
const relay = state('ai', 'run-conversation-relay', {
  properties: {
    url: 'wss://app.example.com/ws',
    welcome_greeting: 'Hello {{contact.channel.address}}',
    ai_hints: ['billing', 'sales'],
    interruptible: 'true',
    dtmf_detection: 'true',
    parameters: [{ key: 'digit', value: '{{widgets.menu.Digits}}' }],
  },
  transitions: [on('success', 'handoff'), on('failed', 'sorry')],
})
const handoff = state('handoff', 'set-variables', {
  properties: { variables: [{ key: 'h', value: '{{widgets.ai.HandoffData}}', parse_as_json: true }] },
  transitions: [on('next', 'route')],
})
const route = state('route', 'split-based-on', {
  properties: { input: '{{flow.variables.h.reason}}' },
  transitions: [on('noMatch', 'sorry'), match('agent', 'equal_to', '{{flow.variables.h.reason}}', 'Human')],
})
const agent = state('agent', 'connect-call-to', {
  properties: { noun: 'client', to: '{{flow.variables.h.desk}}', caller_id: '{{contact.channel.address}}' },
  transitions: [on('callCompleted', 'bye'), on('hangup')],
})
const definition = flow(
  'menu',
  ...[menu, relay, handoff, route, agent],
  say('sorry', 'Sorry, {{widgets.ai.ErrorCode}}'),
  say('bye', 'Goodbye'),
  say('menu_again', 'Once more', 'menu'),
)

/** A call that is in the relay's session. */
async function inSession() {
  const bench = new Bench(definition)
  const call = await bench.call()
  call.press('1')
  await settle()
  return { bench, call }
}

describe('menu, relay, split on hand-off data, dial', () => {
  it('asks, and hands the call to the app with what was pressed; the flow is paused meanwhile', async () => {
    const { bench, call } = await inSession()
    expect(call.sessions).toHaveLength(1)
    expect(call.sessions[0]).toMatchObject({
      url: 'wss://app.example.com/ws',
      welcomeGreeting: 'Hello +15550001111',
      hints: ['billing', 'sales'],
      interruptible: 'any',
      dtmfDetection: true,
      parameters: { digit: '1' },
    })
    expect(bench.path).toEqual(['Trigger incomingCall → menu', 'menu keypress → ai'])
    const [execution] = bench.records.values()
    expect(bench.executions.position(execution!.sid)).toBe('ai')
    expect(execution).toMatchObject({ status: 'active', callSid: call.identity.callSid })
  })

  it('takes success with hand-off data, dials by it, and says goodbye when that is over', async () => {
    const { bench, call } = await inSession()
    call.sessionOver('app-ended', { handoffData: '{"reason":"human","desk":"desk"}' })
    await settle()
    expect(bench.calls.dials).toMatchObject([{ to: 'client:desk', from: '+15550001111' }])
    const desk = bench.calls.last
    desk.pickUp()
    await settle()
    expect(call.partner).toBe(desk)
    desk.hangUp()
    await settle()
    expect(bench.context['widgets']!['agent']).toMatchObject({ DialCallStatus: 'completed' })
    expect(call.announcements.at(-1)!.item).toMatchObject({ text: 'Goodbye' })
    call.finishAnnouncement()
    await settle()
    expect(call.told.at(-1)).toBe('hangup the flow came to its end')
    expect(bench.path.slice(2)).toEqual([
      'ai success → handoff',
      'handoff next → route',
      'route match → agent',
      'agent callCompleted → bye',
      'bye audioComplete → Ended',
    ])
    expect(bench.steps[2]!.context).toMatchObject({
      widgets: {
        menu: { Digits: '1' },
        ai: { HandoffData: '{"reason":"human","desk":"desk"}', SessionStatus: 'ended' },
      },
    })
    expect(bench.ends).toEqual(['the flow came to its end'])
  })

  it.each(['app-socket-lost', 'app-connect-failed', 'too-many-invalid-frames'] as const)(
    'takes failed when the session ends by %s',
    async (cause) => {
      const { bench, call } = await inSession()
      call.sessionOver(cause)
      await settle()
      expect(bench.path.at(-1)).toBe('ai failed → sorry')
      expect(call.announcements.at(-1)!.item).toMatchObject({
        text: expect.stringMatching(/^Sorry, 641\d\d$/),
      })
    },
  )

  it('ends when the caller hangs up in the session; what came of it is written down', async () => {
    const { bench, call } = await inSession()
    call.hangUp()
    await settle()
    expect(bench.path.at(-1)).toBe('ai hangup → Ended')
    expect(bench.ends).toEqual(['the call is over'])
    expect(bench.seen).toEqual([
      ...['Trigger', '→ incomingCall', 'menu', '→ keypress', 'ai', '→ hangup', 'ended'],
    ])
    expect(bench.context['widgets']!['ai']).toMatchObject({ SessionStatus: 'completed' })
    expect(bench.executions.active([...bench.records.keys()][0]!)).toBeUndefined()
  })

  it('asks again after silence', async () => {
    const bench = new Bench(definition)
    const call = await bench.call()
    call.finishAnnouncement()
    await settle()
    bench.clock.advance(5000)
    await settle()
    expect(bench.path.at(-1)).toBe('menu timeout → menu_again')
  })

  it('ends as the API says, and hangs up', async () => {
    const { bench, call } = await inSession()
    const [sid] = bench.records.keys()
    await bench.executions.end(sid!, 'ended by the API')
    expect(bench.ends).toEqual(['ended by the API'])
    expect(call.told.at(-1)).toBe('hangup ended by the API')
  })

  it('lets go of a call that is given other instructions', async () => {
    const { bench, call } = await inSession()
    bench.twiml.run({ call, source: { twiml: '<Response><Say>Other</Say></Response>' } })
    await settle()
    expect(bench.ends).toEqual(['the call was given other instructions'])
    expect(call.announcements.at(-1)!.item).toMatchObject({ text: 'Other' })
    expect(call.state).toBe('answered')
  })
})

describe('a call comes to a flow', () => {
  it('by a document that names its URL, and comes back into a flow it was sent away from', async () => {
    const redirect = state('away', 'add-twiml-redirect', {
      properties: { url: 'https://app.example.com/doc', method: 'POST', timeout: '600' },
      transitions: [on('return', 'back'), on('timeout'), on('fail')],
    })
    const bench = new Bench(flow('away', redirect, say('back', 'Welcome back, {{widgets.away.Mood}}')))
    const url = `https://webhooks.twilio.com/v1/Accounts/AC${'a'.repeat(32)}/Flows/${flowSid()}`
    bench.pages['https://app.example.com/doc'] =
      `<Response><Say>Away</Say><Redirect>${url}?FlowEvent=return&amp;Mood=good</Redirect></Response>`
    const { call } = bench.calls.incoming(() => ({
      route: '',
      record: false,
      drive: (call) => bench.twiml.run({ call, source: { url } }),
    }))
    await settle()
    expect(bench.fetched).toMatchObject([{ parameters: { CallSid: call.identity.callSid } }])
    call.finishAnnouncement()
    await settle()
    expect(call.announcements.at(-1)!.item).toMatchObject({ text: 'Welcome back, good' })
    expect(bench.path).toEqual(['Trigger incomingCall → away', 'away return → back'])
    call.finishAnnouncement()
    await settle()
    expect(call.told.at(-1)).toBe('hangup the flow came to its end')
  })

  it('that does not know what to do with it: it is refused as busy', async () => {
    const bench = new Bench(flow(undefined))
    const call = await bench.call()
    expect(call.told).toEqual(['reject 486 the flow came to its end'])
  })

  it('again and again, but where the flow takes one call of a contact at a time', async () => {
    const open = new Bench(definition)
    await open.call()
    await open.call()
    expect(open.records.size).toBe(2)
    const closed = new Bench({ ...definition, flags: { allow_concurrent_calls: false } })
    await closed.call()
    await expect(closed.call()).rejects.toMatchObject({ code: 'flow_contact_busy' })
    await closed.call({ from: '+15559998888' })
    expect(closed.records.size).toBe(2)
  })
})
