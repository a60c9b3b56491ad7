import twilio from 'twilio'
import { describe, expect, it } from 'vitest'
import { Rig, response } from '../support/rig.js'

async function waiting(attributes = '', wait = response('<Play>/music.mp3</Play>')) {
  const rig = new Rig()
  rig.pages['/done'] = response('<Pause length="99"/>')
  rig.pages['/wait'] = wait
  const enqueue = async (more = attributes) => {
    const { call } = await rig.start(
      response(`<Enqueue action="/done" waitUrl="/wait" ${more}>support</Enqueue>`),
    )
    return call
  }
  const dequeue = async (queue = '<Queue>support</Queue>', dial = '') => {
    const { call } = await rig.start(response(`<Dial action="/dialled" ${dial}>${queue}</Dial>`))
    return call
  }
  rig.pages['/dialled'] = response('<Pause length="99"/>')
  const call = await enqueue()
  return { rig, call, enqueue, dequeue, asked: () => rig.asked('/done')?.parameters }
}

describe('<Enqueue>', () => {
  it('plays its document again and again, which hears where the call stands', async () => {
    const { rig, call, enqueue } = await waiting()
    const second = await enqueue()
    expect(rig.asked('/wait')!.parameters).toMatchObject({
      CallSid: second.identity.callSid,
      QueuePosition: '2',
      CurrentQueueSize: '2',
      MaxQueueSize: '100',
      QueueTime: '0',
      AvgQueueTime: '0',
      QueueSid: expect.stringMatching(/^QU[0-9a-f]{32}$/),
    })
    await rig.pass(30_000)
    await rig.finish(call)
    expect(rig.requests.filter(({ url }) => url.endsWith('/wait')).length).toBe(3)
    expect(rig.asked('/wait')!.parameters).toMatchObject({ QueuePosition: '1', QueueTime: '30' })
  })

  it('has a melody of its own', async () => {
    const rig = new Rig()
    const voice = new twilio.twiml.VoiceResponse()
    voice.enqueue({ action: '/done' }, 'support')
    const { call } = await rig.start(voice.toString())
    expect(call.announcements[0]!.item).toMatchObject({ kind: 'tone', tone: 'hold' })
  })

  it('ends by <Leave>', async () => {
    const { rig, call, asked } = await waiting('', response('<Say>Wait</Say>', '<Leave/>'))
    await rig.pass(5_000)
    await rig.finish(call)
    expect(asked()).toMatchObject({ QueueResult: 'leave', QueueTime: '5' })
    expect(rig.twiml.queues.get('support')!.members).toEqual([])
  })

  it('ends with the call, and for other instructions: the app hears of it', async () => {
    const gone = await waiting()
    gone.call.hangUp()
    await gone.rig.settle()
    expect(gone.asked()).toMatchObject({ QueueResult: 'hangup', CallStatus: 'completed' })
    const { rig, call, asked } = await waiting()
    rig.twiml.run({ call, source: { twiml: response('<Say>New</Say>') } })
    await rig.settle()
    expect(asked()).toMatchObject({ QueueResult: 'redirected' })
    expect(call.announcements.at(-1)!.item).toMatchObject({ text: 'New' })
    expect(rig.twiml.queues.get('support')!.members).toEqual([])
  })

  it('does not take more than it may', async () => {
    const { rig, enqueue, asked } = await waiting('maxQueueSize="1"')
    await enqueue()
    expect(asked()).toMatchObject({ QueueResult: 'queue-full' })
    expect(rig.twiml.queues.get('support')!.members.length).toBe(1)
  })

  it('hangs up where its document says so', async () => {
    const { rig, call, asked } = await waiting('', response('<Hangup/>'))
    await rig.settle()
    expect(call.state).toBe('ended')
    expect(asked()).toMatchObject({ QueueResult: 'hangup' })
  })

  it('asks a document that takes no time once a second at most', async () => {
    const { rig } = await waiting('', response())
    await rig.pass(3_500)
    expect(rig.requests.filter(({ url }) => url.endsWith('/wait')).length).toBe(4)
  })

  it('takes a workflow for a queue; requests tell what its task is about', async () => {
    const rig = new Rig()
    const voice = new twilio.twiml.VoiceResponse()
    voice.enqueue({ workflowSid: 'WW1', waitUrl: '/wait' }).task({}, '{"a":1}')
    await rig.start(voice.toString())
    expect(rig.twiml.queues.get('WW1')!.members.length).toBe(1)
    expect(rig.complaints[0]).toContain('the workflow WW1')
    expect(rig.asked('/wait')!.parameters).toMatchObject({ TaskAttributes: '{"a":1}' })
  })

  it('stands in line by the priority of its task, and leaves after its time', async () => {
    const rig = new Rig()
    rig.pages['/done'] = response('<Pause length="99"/>')
    const enqueue = async (priority: number, timeout: number) => {
      const voice = new twilio.twiml.VoiceResponse()
      voice.enqueue({ workflowSid: 'WW1', action: '/done' }).task({ priority, timeout }, '{}')
      return (await rig.start(voice.toString())).call
    }
    const [low, high, second] = [await enqueue(0, 10), await enqueue(7, 60), await enqueue(7, 60)]
    const members = () => rig.twiml.queues.get('WW1')!.members.map(({ call }) => call)
    expect(members()).toEqual([high, second, low])
    await rig.pass(10_000)
    expect(members()).toEqual([high, second])
    const told = { CallSid: low.identity.callSid, QueueResult: 'timeout', QueueTime: '10' }
    expect(rig.asked('/done')!.parameters).toMatchObject(told)
    expect(low.state).toBe('answered')
    const dial = '<Dial timeout="5"><Queue>WW1</Queue></Dial>'
    const { call: agent } = await rig.start(response(dial))
    expect(agent.partner).toBe(high)
    await rig.pass(120_000)
    expect(agent.partner).toBe(high)
  })
})

describe('<Dial><Queue>', () => {
  it('joins the one that has waited longest; both hear how it went', async () => {
    const { rig, call, enqueue, dequeue, asked } = await waiting()
    await rig.pass(20_000)
    const second = await enqueue()
    const agent = await dequeue()
    expect(agent.partner).toBe(call)
    expect(agent.bridgeOptions).toEqual({ afterwards: { self: 'park', other: 'park' } })
    expect(call.announcements.every(({ isOver }) => isOver)).toBe(true)
    await rig.pass(60_000)
    agent.hangUp()
    await rig.settle()
    expect(asked()).toMatchObject({
      CallSid: call.identity.callSid,
      CallStatus: 'in-progress',
      QueueResult: 'bridged',
      QueueTime: '20',
    })
    expect(rig.asked('/dialled')!.parameters).toMatchObject({
      DialCallStatus: 'completed',
      DialCallSid: call.identity.callSid,
      DialCallDuration: '60',
      CallStatus: 'completed',
    })
    expect(rig.twiml.queues.get('support')!.members.map((member) => member.call)).toEqual([second])
    expect(rig.twiml.queues.get('support')!.averageMs).toBe(20_000)
  })

  it('goes on when the other one hangs up', async () => {
    const { rig, call, dequeue, asked } = await waiting()
    const agent = await dequeue()
    call.hangUp()
    await rig.settle()
    expect(asked()).toMatchObject({ QueueResult: 'bridged', CallStatus: 'completed' })
    expect(rig.asked('/dialled')!.parameters).toMatchObject({
      CallSid: agent.identity.callSid,
      CallStatus: 'in-progress',
    })
  })

  it('tells the one who waited something first', async () => {
    const { rig, call, dequeue } = await waiting()
    rig.pages['/whisper'] = response('<Say>Here you are</Say>')
    const agent = await dequeue('<Queue url="/whisper">support</Queue>')
    expect(rig.asked('/whisper')!.parameters).toMatchObject({
      CallSid: call.identity.callSid,
      DequeingCallSid: agent.identity.callSid,
    })
    expect(agent.partner).toBeUndefined()
    await rig.finish(call)
    expect(agent.partner).toBe(call)
  })

  it('takes the next when one hangs up meanwhile', async () => {
    const { rig, call, enqueue, dequeue } = await waiting()
    const second = await enqueue()
    rig.pages['/whisper'] = response('<Say>Here you are</Say>')
    const agent = await dequeue('<Queue url="/whisper">support</Queue>')
    call.hangUp()
    await rig.settle()
    await rig.finish(second)
    expect(agent.partner).toBe(second)
  })

  it('waits for one to come, no longer than the time-out', async () => {
    const { rig, call, enqueue, dequeue } = await waiting()
    call.hangUp()
    await rig.settle()
    const agent = await dequeue(undefined, 'timeout="20"')
    const late = await dequeue(undefined, 'timeout="5"')
    await rig.pass(5_100)
    expect(rig.asked('/dialled')!.parameters).toMatchObject({
      CallSid: late.identity.callSid,
      DialCallStatus: 'no-answer',
    })
    const next = await enqueue()
    expect(agent.partner).toBe(next)
  })

  it('is not left waiting for one who leaves the queue at that moment', async () => {
    const { rig, call, dequeue } = await waiting()
    const dialling = dequeue(undefined, 'timeout="5"')
    call.hangUp()
    const agent = await dialling
    await rig.pass(5_100)
    expect(rig.asked('/dialled')!.parameters).toMatchObject({
      CallSid: agent.identity.callSid,
      DialCallStatus: 'no-answer',
    })
  })

  it('who gives up leaves the others waiting', async () => {
    const { rig, call, enqueue, dequeue } = await waiting()
    call.hangUp()
    await rig.settle()
    const agent = await dequeue()
    agent.hangUp()
    await rig.settle()
    await enqueue()
    expect(rig.twiml.queues.get('support')!.members.length).toBe(1)
  })

  it('given other instructions lets the other go on', async () => {
    const { rig, call, dequeue, asked } = await waiting()
    const agent = await dequeue()
    rig.twiml.run({ call: agent, source: { twiml: response('<Pause/>') } })
    await rig.settle()
    expect(agent.partner).toBeUndefined()
    expect(asked()).toMatchObject({ QueueResult: 'bridged', CallStatus: 'in-progress' })
    expect(call.state).toBe('answered')
  })

  it('lets go of one that is given other instructions', async () => {
    const { rig, call, dequeue, asked } = await waiting()
    const agent = await dequeue()
    rig.twiml.run({ call, source: { twiml: response('<Say>Back</Say>') } })
    await rig.settle()
    expect(asked()).toMatchObject({ QueueResult: 'redirected-from-bridged' })
    expect(rig.asked('/dialled')!.parameters).toMatchObject({ CallSid: agent.identity.callSid })
    expect(call.announcements.at(-1)!.item).toMatchObject({ text: 'Back' })
    expect(call.state).toBe('answered')
  })
})
