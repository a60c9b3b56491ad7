/** Every event of Telnyx's that `webhook_urls` and `webhook_retries_policies` may name, sent here or not. */
const eventTypes = new Set([
  ...[
    'call.initiated',
    'call.answered',
    'call.hangup',
    'call.bridged',
    'call.dtmf.received',
    'call.hold',
    'call.unhold',
  ],
  ...[
    'call.speak.started',
    'call.speak.ended',
    'call.playback.started',
    'call.playback.ended',
    'call.gather.ended',
  ],
  ...['call.conversation.ended', 'call.conversation_insights.generated', 'call.transcription', 'call.cost'],
  ...['call.recording.saved', 'call.recording.error', 'call.recording.transcription.saved'],
  ...['call.machine.detection.ended', 'call.machine.greeting.ended'],
  ...['call.machine.premium.detection.ended', 'call.machine.premium.greeting.ended'],
  ...['call.refer.started', 'call.refer.completed', 'call.refer.failed', 'call.enqueued', 'call.dequeued'],
  ...[
    'call.fork.started',
    'call.fork.stopped',
    'call.siprec.started',
    'call.siprec.stopped',
    'call.siprec.failed',
  ],
  ...['call.ai_gather.ended', 'call.ai_gather.partial_results', 'call.ai_gather.message_history_updated'],
  ...['call.deepfake_detection.result', 'call.deepfake_detection.error'],
  ...['call.streaming.started', 'call.streaming.stopped', 'call.streaming.failed'],
  ...['streaming.started', 'streaming.stopped', 'streaming.failed'],
])

export function isEventType(name: string): boolean {
  return eventTypes.has(name) || /^(conference|call\.payment)\.[a-z_.]+$/.test(name)
}
