import { type NoteKind, noteIn, type TimelineNote, textIn } from '../../../src/session/timeline-notes.js'
import type { TimelineEvent } from '../api/types.js'

/** The caller's words. Times are ms since the Unix epoch. */
export interface Said {
  readonly kind: 'caller'
  readonly id: string
  readonly at: number
  end: number | undefined
  text: string
  /** Why the app was not told. */
  withheld: string
}

/** An answer of the app's, or the greeting: what was sent, and what of it was heard. */
export interface Reply {
  readonly kind: 'agent'
  readonly id: string
  /** When its first token came. */
  readonly at: number
  /** When it began to be heard. */
  spokenAt: number | undefined
  end: number | undefined
  sent: string
  heard: string
  /** What will not be heard any more, and why. */
  cut: '' | 'interrupt' | 'preempted' | 'end'
  /** The app has sent its last token. */
  complete: boolean
}

/** Anything else that belongs into the conversation. */
export interface Note extends Omit<TimelineNote, 'kind'> {
  readonly kind: 'note'
  readonly label: NoteKind
  readonly id: string
  readonly at: number
}

export type Line = Said | Reply | Note

/** A session's, or a call's, events as a conversation, in order of time. */
export function conversationOf(events: readonly TimelineEvent[]): Line[] {
  return new GrowingConversation().of(events)
}

/** A conversation that goes on: of a call of many events, those that were added are all that is looked at. */
export class GrowingConversation {
  private conversation = newConversation()
  private known: readonly TimelineEvent[] = []

  /** @param events of one call, the same as before and what came after them; else it begins anew */
  of(events: readonly TimelineEvent[]): Line[] {
    if (events[this.known.length - 1] !== this.known.at(-1)) {
      this.conversation = newConversation()
      this.known = []
    }
    for (const event of events.slice(this.known.length)) this.conversation.add(event)
    this.known = events
    return this.conversation.lines()
  }
}

function newConversation() {
  const lines: Line[] = []
  const open: Reply[] = []
  let said: Said | undefined
  let speaking: number | undefined

  const reply = (event: TimelineEvent, complete: boolean): Reply => {
    const made: Reply = {
      ...{ kind: 'agent', id: idOf(event), at: event.at, spokenAt: undefined, end: undefined },
      ...{ sent: '', heard: '', cut: '', complete },
    }
    lines.push(made)
    open.push(made)
    return made
  }
  /** What is not heard now never will be; tokens that are still sent for it belong to it all the same. */
  const closeAll = (cut: Reply['cut']): void => {
    for (const one of open.splice(0)) {
      if (unheard(one) !== '' || !one.complete) one.cut ||= cut
      if (!one.complete) open.push(one)
    }
  }
  /** An app that was interrupted may leave its answer without a last token: the next belongs to a new one. */
  const forgetCut = (): void => {
    for (let i = open.length - 1; i >= 0; i--) if (open[i]!.cut !== '') open.splice(i, 1)
  }

  const add = (event: TimelineEvent): void => {
    switch (event.name) {
      case 'start_of_customer_speech':
        said = { kind: 'caller', id: idOf(event), at: event.at, end: undefined, text: '', withheld: '' }
        lines.push(said)
        break
      case 'end_of_customer_speech':
        if (said) said.end = event.at
        break
      case 'prompt_sent':
      case 'prompt_withheld': {
        const withheld = event.name === 'prompt_withheld' ? textIn(event, 'why') : ''
        const text = textIn(event, 'text')
        if (said && said.text === '') Object.assign(said, { text, withheld })
        else lines.push({ kind: 'caller', id: idOf(event), at: event.at, end: event.at, text, withheld })
        said = undefined
        if (event.name === 'prompt_sent') forgetCut()
        break
      }
      case 'frame_received': {
        if ('invalid' in event.data) break
        if (event.data['type'] !== 'text') break
        const current = open.findLast(({ complete }) => !complete) ?? reply(event, false)
        current.sent += textIn(event, 'token')
        if (event.data['last'] === true) {
          current.complete = true
          if (current.cut) open.splice(open.indexOf(current), 1)
        }
        break
      }
      case 'start_of_agent_speech': {
        speaking = event.at
        const first = open.find(({ spokenAt, cut }) => spokenAt === undefined && cut === '')
        if (first) first.spokenAt = event.at
        break
      }
      case 'chunk_played': {
        const text = textIn(event, 'text')
        if (text.trim() === '') break
        const owner = ownerOf(open, text) ?? greeting(reply(event, true), text, speaking)
        owner.spokenAt ??= speaking ?? event.at
        owner.heard = joined(owner.heard, text)
        owner.end = event.at
        if (owner.complete && unheard(owner) === '') open.splice(open.indexOf(owner), 1)
        break
      }
      case 'interrupt':
        closeAll('interrupt')
        break
      case 'preempted':
        closeAll('preempted')
        break
      case 'call_wrap_up':
        closeAll('end')
        open.length = 0
        break
    }
    const note = noteOf(event)
    if (note) lines.push(note)
  }
  return { add, lines: () => [...lines.sort((a, b) => placeOf(a) - placeOf(b))] }
}

/** What of an answer has not been heard (yet). */
export function unheard({ sent, heard }: Pick<Reply, 'sent' | 'heard'>): string {
  if (heard === '') return sent.trim()
  const wanted = letters(heard).length
  let passed = 0
  for (const { index, 0: word } of sent.matchAll(words)) {
    // Punctuation belongs to the word before it.
    if (passed >= wanted) return sent.slice(index).trim()
    passed += letters(word).length
  }
  return ''
}

/** When a line is heard: what is linked to the audio. */
export function placeOf(line: Line): number {
  return line.kind === 'agent' ? (line.spokenAt ?? line.at) : line.at
}

/** The first answer whose next words these are; else the first that has them at all. */
function ownerOf(open: readonly Reply[], text: string): Reply | undefined {
  const words = letters(text)
  const spoken = open.filter(({ cut, sent }) => cut === '' && sent !== '')
  return (
    spoken.find((one) => letters(unheard(one)).startsWith(words)) ??
    spoken.find((one) => letters(unheard(one)).includes(words))
  )
}

function greeting(reply: Reply, text: string, speaking: number | undefined): Reply {
  reply.spokenAt = speaking
  reply.sent = text
  return reply
}

function noteOf(event: TimelineEvent): Note | undefined {
  const told = noteIn(event)
  return told && { ...told, kind: 'note', id: idOf(event), at: event.at, label: told.kind }
}

function idOf({ sessionId, sequenceNumber }: TimelineEvent): string {
  return `${sessionId}-${sequenceNumber}`
}

const words = /\S+/g
const ascii = /^[\0-\x7f]*$/
const noAsciiLetters = /[^a-z\d]+/g
const noLetters = /[^\p{L}\p{N}]+/gu

/** What two spellings of the same words have in common. */
function letters(text: string): string {
  const lower = text.toLowerCase()
  // Most words are ASCII, for which telling letters is much faster.
  return ascii.test(lower) ? lower.replace(noAsciiLetters, '') : lower.replace(noLetters, '')
}

function joined(before: string, after: string): string {
  return [before.trim(), after.trim()].filter((part) => part !== '').join(' ')
}
