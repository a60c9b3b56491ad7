/** Actions of Telnyx's that are not here, and what they belong to. */
export const actionsNotHere: Readonly<Record<string, string>> = {
  ...of('AI assistants', [
    'ai_assistant_start',
    'ai_assistant_stop',
    'ai_assistant_add_messages',
    'ai_assistant_join',
    'gather_using_ai',
  ]),
  ...of('Queues', ['enqueue', 'leave_queue']),
  ...of('Forks of media', ['fork_start', 'fork_stop']),
  ...of('Siprec sessions', ['siprec_start', 'siprec_stop']),
  ...of('Filters against noise', ['suppression_start', 'suppression_stop']),
  ...of('Supervised calls', ['switch_supervisor_role']),
  ...of('SIP INFO messages', ['send_sip_info']),
  ...of('Payments', ['pay']),
}

function of(what: string, actions: readonly string[]): Record<string, string> {
  return Object.fromEntries(actions.map((action) => [action, what]))
}
