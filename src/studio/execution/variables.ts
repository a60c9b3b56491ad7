/** How an execution began, as templates see it. */
export interface Beginning {
  readonly trigger: Readonly<Record<string, unknown>>
  /** The caller's address, or the callee's of a request. */
  readonly contact: string
  /** The other one. */
  readonly channel: string
  /** Parameters of a request. */
  readonly data: Readonly<Record<string, unknown>>
}

/** Everything that templates of one execution see. */
export interface Variables {
  readonly trigger: Readonly<Record<string, unknown>>
  readonly flow: {
    /** Of the execution. */
    readonly sid: string
    readonly flow_sid: string
    readonly channel: { readonly address: string }
    readonly data: Readonly<Record<string, unknown>>
    readonly variables: Record<string, unknown>
  }
  readonly contact: { readonly channel: { readonly address: string } }
  readonly widgets: Record<string, Readonly<Record<string, unknown>>>
}

export function variablesOf(executionSid: string, flowSid: string, beginning: Beginning): Variables {
  const { trigger, contact, channel, data } = beginning
  return {
    trigger,
    contact: { channel: { address: contact } },
    flow: { sid: executionSid, flow_sid: flowSid, channel: { address: channel }, data, variables: {} },
    widgets: {},
  }
}
