import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Rig } from './support/rig.js'

/** Documents as people write them. */
describe('documents in the wild', () => {
  it('a template string of an Express app, with a legacy attribute', async () => {
    const rig = new Rig()
    const { call } = await rig.start(`
      <?xml version="1.0" encoding="UTF-8"?>
      <Response>
        <Connect>
          <ConversationRelay
            url="wss://app.example.com/conversation-relay/42"
            welcomeGreeting="Hi! Ask me anything, it's free."
            interruptByDtmf="true"
            ttsProvider="Elevenlabs"
            voice="ZF6FPAbjXT4488VcRRnw-flash_v2_5-1.0_1.0_1.0"
            dtmfDetection="true" />
        </Connect>
      </Response>
    `)
    expect(call.sessions[0]).toMatchObject({
      url: 'wss://app.example.com/conversation-relay/42',
      welcomeGreeting: "Hi! Ask me anything, it's free.",
      ttsProvider: 'Elevenlabs',
    })
    expect(rig.complaints).toEqual([expect.stringMatching(/interruptByDtmf has no effect$/)])
  })

  it('a socket URL without a path, a query with entities, and an action with placeholders', async () => {
    const rig = new Rig()
    const { call } = await rig.start(
      '<Response><Connect action="/end?call={CallSid}&amp;x=1"><ConversationRelay url="wss://app.example.com?a=1&amp;b=%20" /></Connect></Response>',
    )
    expect(call.sessions[0]).toMatchObject({ url: 'wss://app.example.com?a=1&b=%20' })
  })

  it('verbs on one line, an upper-case method, values of Python', async () => {
    const rig = new Rig()
    const { call } = await rig.start(
      "<Response><Gather input='speech dtmf' method='post' timeout='3' actionOnEmptyResult='True' action='/g'><Say voice='alice' language='en-US'>Hello</Say></Gather><Say>Bye</Say></Response>",
    )
    expect(call.listenings.length).toBe(1)
    rig.pages['/g'] = '<Response/>'
    await rig.finish(call)
    await rig.pass(3_100)
    expect(rig.asked('/g')).toMatchObject({ method: 'POST', parameters: { Digits: '', SpeechResult: '' } })
    expect(rig.problems).toEqual([])
  })

  it('words in any letter case, as Python writes them', async () => {
    const rig = new Rig()
    const { call } = await rig.start(
      '<Response><Connect><ConversationRelay url="wss://app.example.com/Ws" DTMFDetection="True" interruptible="False" welcomeGreetingInterruptible="Any" events="Speaker-Events" speechTimeout="AUTO" /></Connect></Response>',
    )
    expect(call.sessions[0]).toMatchObject({
      url: 'wss://app.example.com/Ws',
      dtmfDetection: true,
      interruptible: 'none',
      welcomeGreetingInterruptible: 'any',
      subscriptions: ['speaker-events'],
    })
    expect(call.sessions[0]).not.toHaveProperty('refusal')
    expect(rig.problems).toEqual([])
  })

  it('a document type declaration, comments and processing instructions', async () => {
    const rig = new Rig()
    const { call } = await rig.start(
      '<?xml version="1.0"?><!DOCTYPE Response><?php x ?><!-- a --><Response><!-- b --><Say>Hi<!-- c --> you</Say></Response><!-- d -->',
    )
    expect(call.announcements[0]!.item).toMatchObject({ text: 'Hi you' })
  })

  it('a hand-off: a hold message, then a colleague', async () => {
    const rig = new Rig()
    const { call } = await rig.start(
      '<Response><Say>One moment.</Say><Dial answerOnBridge="true" callerId="+15551230000"><Number>+1 (415) 555-0123</Number></Dial></Response>',
    )
    await rig.finish(call)
    expect(rig.calls.dials[0]).toMatchObject({ to: '+1 (415) 555-0123', from: '+15551230000' })
  })
})

const names = [
  ...[
    'Response',
    'Connect',
    'Dial',
    'Enqueue',
    'Gather',
    'Hangup',
    'Leave',
    'Pause',
    'Play',
    'Record',
    'Redirect',
  ],
  ...['Refer', 'Reject', 'Say', 'Start', 'Stop', 'Stream', 'Recording', 'Transcription', 'ConversationRelay'],
  ...['Language', 'Parameter', 'Number', 'Sip', 'Client', 'Conference', 'Queue', 'Task', 'Identity', 'Sing'],
]
const attributes = [
  ...[
    'action',
    'method',
    'url',
    'timeout',
    'loop',
    'voice',
    'length',
    'numDigits',
    'finishOnKey',
    'input',
    'record',
  ],
  ...[
    'waitUrl',
    'beep',
    'muted',
    'track',
    'name',
    'value',
    'code',
    'speechTimeout',
    'statusCallback',
    'maxLength',
  ],
  ...['statusCallbackEvent', 'hangupOnStar', 'timeLimit', 'coach', 'trim', 'sendDigits', 'digits', 'reason'],
]
const values = [
  '',
  'true',
  'false',
  '0',
  '1',
  '2',
  '-1',
  '1e9',
  'auto',
  '/next',
  'http://[',
  'ftp://x/y',
  '*',
  'é&"<',
  'POST',
]

interface Tree {
  readonly name: string
  readonly attributes: readonly (readonly [string, string])[]
  readonly children: readonly (Tree | string)[]
}

const { tree } = fc.letrec<{ tree: Tree; content: Tree | string }>((tie) => ({
  tree: fc.record({
    name: fc.constantFrom(...names),
    attributes: fc.uniqueArray(fc.tuple(fc.constantFrom(...attributes), fc.constantFrom(...values)), {
      maxLength: 5,
      selector: ([name]) => name.toLowerCase(),
    }),
    children: fc.array(tie('content'), { maxLength: 3, depthIdentifier: 'tree' }),
  }),
  content: fc.oneof(
    { depthIdentifier: 'tree', maxDepth: 3 },
    fc.constantFrom('', '+15550001', 'sip:a@b', 'room', '/next', 'Hello'),
    tie('tree'),
  ),
}))

const escaped = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')

function written(part: Tree | string): string {
  if (typeof part === 'string') return escaped(part)
  const list = part.attributes.map(([name, value]) => ` ${name}="${escaped(value)}"`)
  return `<${part.name}${list.join('')}>${part.children.map(written).join('')}</${part.name}>`
}

it('no document breaks the interpreter, and nothing of it outlasts the call', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(tree, { minLength: 1, maxLength: 5 }), async (verbs) => {
      const rig = new Rig()
      rig.pages['/next'] = '<Response><Say>Next</Say></Response>'
      const { call, run } = await rig.start(`<Response>${verbs.map(written).join('')}</Response>`)
      for (let i = 0; i < 8 && call.state !== 'ended'; i++) {
        call.press('1')
        call.sessionReady()
        call.sessionOver('app-ended')
        call.finishAnnouncement()
        for (const called of rig.calls.all.slice(1)) called.pickUp()
        await rig.clock.run(4_000, 1_000)
      }
      call.hangUp()
      await rig.settle()
      await run.done
      const internal = rig.events.filter(
        (event) => event.type === 'problem' && event.problem.code === 'internal_error',
      )
      expect(internal).toEqual([])
      expect(call.listenings.every(({ stopped }) => stopped)).toBe(true)
      expect(rig.calls.all.every(({ state }) => state === 'ended')).toBe(true)
      expect(rig.twiml.conferences.list().every(({ status }) => status === 'completed')).toBe(true)
      expect(rig.twiml.queues.list().every(({ members }) => members.length === 0)).toBe(true)
    }),
    { numRuns: 150 },
  )
}, 60_000)
