import type { ErrorRow } from './error-row.js'

/** Errors of flows: those of their definitions and of the API, then what goes wrong while they run. */
export const flowErrors = {
  flow_invalid: {
    meaning: "A flow's definition is not as it must be.",
    remedy: 'Correct the places named in the message; `parley flow check FILE` repeats the check.',
    twilio: 81022,
  },
  flow_not_found: {
    meaning: 'There is no such flow.',
    remedy: 'Name a flow of the configuration or one made by the API; `GET /v2/Flows` lists them.',
    twilio: 20404,
  },
  execution_not_found: {
    meaning: 'There is no such execution of a flow.',
    remedy: "Name one of the records: `GET /v2/Flows/{FW}/Executions` lists a flow's.",
    twilio: 20404,
  },
  flow_not_published: {
    meaning: 'The flow has no published revision that could run.',
    remedy: 'Publish it: update it with `Status` set to `published`.',
    twilio: 20404,
  },
  flow_contact_busy: {
    meaning: 'The flow takes one execution of a contact at a time, and this contact has one.',
    remedy: 'Wait for its end, end it, or set `flags.allow_concurrent_calls` in the definition.',
    twilio: 20409,
  },
  flow_steps_exceeded: {
    meaning: 'An execution took more steps than one may.',
    remedy: 'Look for a circle in the flow that nothing ends; its steps show it.',
    twilio: 81000,
  },
  flow_widget_repeats: {
    meaning: 'A widget ran too often in a row.',
    remedy: 'Do not lead a widget back to itself without another between, or count its rounds.',
    twilio: 81001,
  },
  flow_widget_failed: {
    meaning: 'A widget could not do what it should.',
    remedy: 'See the message.',
    twilio: 81002,
  },
  flow_call_lost: {
    meaning: 'The call of an execution went with the process that had it.',
    remedy: 'Nothing in the flow is wrong: the node was killed, or came down. Its log may say why.',
    twilio: 81002,
  },
  flow_no_match: {
    meaning: 'Nothing matched in a split, and its `noMatch` leads nowhere.',
    remedy: "Compare the split's conditions with the variables of its step, or lead `noMatch` somewhere.",
    twilio: 81005,
  },
  flow_call_failed: {
    meaning: 'A call that a flow makes could not be placed.',
    remedy: 'See the message: who was to be called, and why that cannot be.',
    twilio: 81008,
  },
  flow_enqueue_timeout: {
    meaning: 'A call waited in a queue as long as its widget allows, and left it.',
    remedy: "Take calls out of the queue in time, or raise the widget's `timeout`.",
    twilio: 81009,
  },
  flow_enqueue_failed: {
    meaning: 'A call could not be put into a queue.',
    remedy: 'Name a queue or a workflow; a queue that is full takes no more.',
    twilio: 81015,
  },
  flow_request_failed: {
    meaning: 'A request of a flow got no answer, or one that is none of success.',
    remedy: 'Check the URL as it was with its variables, and what the server says.',
    twilio: 81016,
  },
  flow_function_failed: {
    meaning: 'A function that a flow runs did not answer, or answered with an error.',
    remedy: "Check the URL, and the function's own log.",
    twilio: 81017,
  },
  flow_template_failed: {
    meaning: "A template of a flow's cannot be read or rendered.",
    remedy:
      'Correct the property and line in the message; `parley flow check` finds those that cannot be read.',
    twilio: 81018,
  },
  flow_call_missing: {
    meaning: 'A widget that works on a call ran in an execution that has none.',
    remedy: 'Let `make-outgoing-call-v2` come before it, or lead `incomingRequest` elsewhere.',
    twilio: 81020,
  },
  flow_subflow_failed: {
    meaning: 'A subflow could not run, or failed.',
    remedy: 'Check that it is there, published and valid; its own execution has the reason.',
    twilio: 81024,
  },
  flow_value_invalid: {
    meaning: 'A value in a flow is not of the type that is wanted.',
    remedy: 'Compare the property in the message with the variables of the step.',
    twilio: 81027,
  },
  flow_wait_url_invalid: {
    meaning: 'What a caller should hear in a queue has no absolute http(s) URL.',
    remedy: 'Correct `wait_url`; the own melody was played in its place.',
    twilio: 81028,
  },
} as const satisfies Readonly<Record<string, ErrorRow>>
