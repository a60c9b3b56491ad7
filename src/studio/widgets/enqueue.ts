import { choice, text, whole } from '../definition/fields.js'
import { CallOver, WidgetFailure } from '../execution/interruptions.js'
import type { Fields } from '../execution/ports.js'
import type { Step } from '../execution/step.js'
import { document, plain, verb } from '../execution/verbs.js'
import { widgetKind } from './widget-kind.js'

const events = ['callComplete', 'failedToEnqueue', 'callFailure']

/** Lets the call wait in a queue of this node, until somebody takes it over and is done. */
export const enqueueCall = widgetKind({
  type: 'enqueue-call',
  events,
  failure: 'failedToEnqueue',
  properties: {
    workflow_sid: text,
    queue_name: text,
    priority: whole(0, 2_147_483_647),
    timeout: whole(0, 2_147_483_647),
    task_attributes: text,
    wait_url: text,
    wait_url_method: choice(['GET', 'POST']),
  },
  aliases: {
    task_router_workflow: 'workflow_sid',
    hold_music_url: 'wait_url',
    twiml_request_method: 'wait_url_method',
  },
  run: (step, properties) =>
    wait(step, {
      workflow: step.text(properties.workflow_sid, 'workflow_sid').trim(),
      queue: step.text(properties.queue_name, 'queue_name').trim(),
      attributes: step.text(properties.task_attributes, 'task_attributes'),
      waitUrl: step.text(properties.wait_url, 'wait_url').trim(),
      waitUrlMethod: step.text(properties.wait_url_method, 'wait_url_method'),
    }),
})

/** As `enqueueCall`, for agents who sit elsewhere: the workflow names the queue. */
export const sendToFlex = widgetKind({
  type: 'send-to-flex',
  events: [...events, 'composerStarted'],
  failure: 'failedToEnqueue',
  properties: {
    workflow: text,
    channel: text,
    attributes: text,
    priority: text,
    timeout: text,
    waitUrl: text,
    waitUrlMethod: choice(['GET', 'POST']),
  },
  aliases: { hold_music_url: 'waitUrl', url_method: 'waitUrlMethod' },
  run: (step, properties) =>
    wait(step, {
      workflow: step.text(properties.workflow, 'workflow').trim(),
      queue: '',
      attributes: step.text(properties.attributes, 'attributes'),
      waitUrl: step.text(properties.waitUrl, 'waitUrl').trim(),
      waitUrlMethod: step.text(properties.waitUrlMethod, 'waitUrlMethod'),
    }),
})

interface Waiting {
  readonly workflow: string
  readonly queue: string
  /** JSON of whoever wrote the flow; whoever takes the call over is told. */
  readonly attributes: string
  readonly waitUrl: string
  readonly waitUrlMethod: string
}

async function wait(step: Step, { workflow, queue, attributes, waitUrl, waitUrlMethod }: Waiting) {
  if (workflow === '' && queue === '') throw new WidgetFailure('neither a queue nor a workflow is named')
  const enqueue = verb(
    'Enqueue',
    { action: step.call().actionUrl, waitUrl, waitUrlMethod, workflowSid: workflow },
    ...(workflow === '' ? [plain(queue)] : []),
    ...(attributes === '' ? [] : [verb('Task', {}, plain(attributes))]),
  )
  try {
    const fields = (await step.perform(document(enqueue))) ?? {}
    return { event: eventOf(fields), outputs: fields }
  } catch (thrown) {
    if (!(thrown instanceof CallOver)) throw thrown
    return { event: eventOf(thrown.fields), outputs: thrown.fields }
  }
}

function eventOf({ QueueResult }: Fields): string {
  if (QueueResult === undefined || /^(error|queue-full|system-error)$/.test(QueueResult))
    return 'failedToEnqueue'
  return QueueResult === 'hangup' ? 'callFailure' : 'callComplete'
}
