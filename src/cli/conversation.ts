import {
  type NoteKind,
  noteIn,
  type TimelineEvent,
  type Turn,
  TurnTracker,
  textIn,
} from '../session/index.js'

/** One stretch of speech. Times are ms since the Unix epoch. */
export interface Speech {
  readonly kind: 'speech'
  readonly who: 'caller' | 'agent'
  readonly at: number
  /** Undefined where the record ends before the speech does. */
  end?: number
  text: string
  /** The agent was cut: `text` is what had been heard. */
  cut: boolean
}

/** How long one answer took. */
export interface Answer {
  readonly kind: 'answer'
  readonly at: number
  readonly turn: Turn
}

/** Anything else worth a line. */
export interface Note {
  readonly kind: 'note'
  readonly at: number
  readonly tone: 'plain' | 'warning' | 'error'
  readonly label: string
  readonly text: string
}

export type Row = Speech | Answer | Note

/** Who spoke when, and how long answers took: a session's timeline as a conversation. */
export function conversationOf(events: readonly TimelineEvent[]): Row[] {
  const rows: Row[] = []
  const turns = new TurnTracker()
  const last: { caller?: Speech; agent?: Speech } = {}
  for (const event of events) {
    const moment = turns.add(event)
    if (moment === 'firstAudio' && turns.turn) rows.push({ kind: 'answer', at: event.at, turn: turns.turn })
    if (moment === 'prompt' && turns.turn && last.caller) {
      last.caller.text = turns.turn.text
      last.caller.end = Math.max(last.caller.at, turns.turn.speechEndedAt)
    }
    const { caller, agent } = last
    switch (event.name) {
      case 'start_of_customer_speech':
        last.caller = begin(rows, 'caller', event.at)
        break
      case 'end_of_customer_speech':
        if (caller) caller.end = event.at
        break
      case 'prompt_withheld':
        if (caller) caller.text = textIn(event, 'text')
        break
      case 'start_of_agent_speech':
        last.agent = begin(rows, 'agent', event.at)
        break
      case 'chunk_played':
        if (agent) agent.text = joined(agent.text, textIn(event, 'text'))
        break
      case 'interrupt':
        // What was heard of the cut piece came before, as `chunk_played`.
        if (agent) agent.cut = true
        break
      case 'end_of_agent_speech':
        if (agent) agent.end = event.at
        break
    }
    const note = noteOf(event)
    if (note) rows.push(note)
  }
  // An answer's figures belong under the question, which began before it; speech is sorted by when it began.
  return rows.sort((a, b) => a.at - b.at)
}

function begin(rows: Row[], who: Speech['who'], at: number): Speech {
  const speech: Speech = { kind: 'speech', who, at, text: '', cut: false }
  rows.push(speech)
  return speech
}

/** What notes are called in a line of 80 characters. */
const labels: Readonly<Record<NoteKind, string>> = {
  ...{ key: 'key', digits: 'digits', play: 'play', language: 'language', frame: 'bad frame', error: 'error' },
  ...{ warning: 'warning', watchdog: 'repaired', away: 'app lost', back: 'app back', end: 'end' },
}

function noteOf(event: TimelineEvent): Note | undefined {
  const note = (label: string, text: string, tone: Note['tone'] = 'plain'): Note => {
    return { kind: 'note', at: event.at, tone, label, text }
  }
  switch (event.name) {
    case 'interrupt': {
      const by = textIn(event, 'interrupt', 'type').toLowerCase()
      return note('interrupt', `by ${by}, heard "${textIn(event, 'heard')}"`)
    }
    case 'preempted':
      return note('preempted', 'newer tokens cut the agent')
    case 'prompt_withheld':
      return note('withheld', `"${textIn(event, 'text')}" (${textIn(event, 'why').replaceAll('_', ' ')})`)
    default: {
      const told = noteIn(event)
      return told && note(labels[told.kind], told.text, told.tone)
    }
  }
}

function joined(before: string, after: string): string {
  return [before.trim(), after.trim()].filter((part) => part !== '').join(' ')
}
