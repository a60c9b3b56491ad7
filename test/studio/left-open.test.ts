import { expect, it } from 'vitest'
import type { FlowExecution, FlowStep } from '../../src/store/index.js'
import { leftOpen } from '../../src/studio/executions/left-open.js'
import { flowIn } from '../../src/studio/index.js'
import { flow, say } from './support/flows.js'

const definition = flowIn(flow('hello', say('hello', 'Hello')))
const execution = (more: Partial<FlowExecution> = {}): FlowExecution => ({
  ...{ sid: 'FN1', flowSid: 'FW1', flowRevision: 1, contactSid: 'FC1', contactChannelAddress: '2' },
  ...{ status: 'active', initiatedBy: 'api', callSid: null, endReason: null, createdAt: 1, updatedAt: 1 },
  context: { trigger: { request: {} } },
  ...more,
})
const step = (transitionedTo: string, parentStepSid: string | null = null): FlowStep => ({
  ...{ sid: 'FT1', executionSid: 'FN1', flowSid: 'FW1', sequence: 1, name: 'incomingRequest' },
  ...{
    type: 'trigger',
    transitionedFrom: 'Trigger',
    transitionedTo,
    parentStepSid,
    context: {},
    createdAt: 1,
  },
})

it('what had no call goes on at its widget, from the first where no step was taken', () => {
  expect(leftOpen(execution(), [step('hello')], definition)).toMatchObject({ kind: 'goes-on', at: 'hello' })
  expect(leftOpen(execution(), [], definition)).toMatchObject({ kind: 'goes-on', at: 'Trigger' })
})

it('what had a call leaves its widget as by a caller who hangs up', () => {
  const context = { trigger: { call: {} } }
  const onCall = execution({ callSid: 'CA1', context })
  expect(leftOpen(onCall, [step('hello')], definition)).toEqual({
    kind: 'call-gone',
    step: {
      ...{ executionSid: 'FN1', flowSid: 'FW1', parentStepSid: null, sequence: 2, context },
      ...{ name: 'hangup', type: 'say-play', transitionedFrom: 'hello', transitionedTo: 'Ended' },
    },
  })
  expect(leftOpen(onCall, [step('gone')], definition)).toEqual({ kind: 'call-gone', step: undefined })
})

it('a subflow does not go on by itself: the flow around it runs it again', () => {
  const inner = execution({ context: { trigger: { parent: {} } } })
  expect(leftOpen(inner, [step('hello', 'FT0')], definition)).toMatchObject({
    kind: 'call-gone',
    step: { parentStepSid: 'FT0' },
  })
})

it('what has nothing to go on with is over', () => {
  expect(leftOpen(execution(), [step('Ended')], definition)).toEqual({
    kind: 'over',
    reason: 'the flow came to its end',
  })
  expect(leftOpen(execution(), [step('hello')], undefined)).toEqual({
    kind: 'over',
    reason: 'its flow is gone',
  })
})
