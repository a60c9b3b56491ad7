import { describe, expect, it } from 'vitest'
import { Bench, flowSid, settle } from './support/bench.js'
import { flow, on, say, state } from './support/flows.js'

describe('run-subflow', () => {
  const widget = (sid: string) =>
    state('w', 'run-subflow', {
      properties: {
        flow_sid: sid,
        flow_revision: 'LatestPublished',
        parameters: [{ key: 'who', value: '{{contact.channel.address}}' }],
      },
      transitions: [on('completed', 'after'), on('failed', 'failed')],
    })
  const outer = flow(
    'w',
    widget(flowSid(2)),
    say('after', 'Set: {{widgets.w.greeting}}'),
    say('failed', 'Failed'),
  )

  it('runs on the same call, and hands back its variables', async () => {
    const set = state('set', 'set-variables', {
      properties: { variables: [{ key: 'greeting', value: 'Hi {{trigger.parent.parameters.who}}' }] },
      transitions: [on('next', 'hear')],
    })
    const bench = new Bench(outer, flow('set', set, say('hear', 'Inside')))
    const call = await bench.call()
    expect(call.announcements[0]!.item).toMatchObject({ text: 'Inside' })
    call.finishAnnouncement()
    await settle()
    expect(call.announcements[1]!.item).toMatchObject({ text: 'Set: Hi +15550001111' })
    const [parent, child] = [...bench.records.values()]
    expect(child).toMatchObject({ initiatedBy: parent!.sid, status: 'ended', callSid: call.identity.callSid })
    const step = bench.steps.find(({ transitionedFrom }) => transitionedFrom === 'w')!
    expect(bench.steps[1]).toMatchObject({ parentStepSid: step.sid, transitionedFrom: 'Trigger' })
  })

  it('takes failed where there is no such flow, or it nests without end', async () => {
    const missing = new Bench(outer)
    await missing.call()
    expect(missing.path.at(-1)).toBe('w failed → failed')
    const endless = new Bench(flow('w', widget(flowSid(1)), say('after', 'x'), say('failed', 'Failed')))
    await endless.call()
    expect(endless.notices[0]).toMatchObject({
      number: 81024,
      message: expect.stringContaining('nested more than 8 deep'),
    })
  })

  it('ends with the flow around it, and with the call', async () => {
    const stopped = new Bench(outer, flow('hear', say('hear', 'Inside')))
    const call = await stopped.call()
    await stopped.executions.end([...stopped.records.keys()][0]!, 'ended by the API')
    expect(stopped.ends).toEqual(['ended by the API', 'ended by the API'])
    expect(call.state).toBe('ended')
    const gone = new Bench(outer, flow('hear', say('hear', 'Inside')))
    ;(await gone.call()).hangUp()
    await settle()
    expect(gone.ends).toEqual(['the call is over', 'the call is over'])
  })
})
