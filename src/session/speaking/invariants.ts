import type { OpenCycle } from './open-cycle.js'
import type { PlayoutQueue } from './playout-queue.js'

/** The speaker's state, as far as rules hold for it. */
export interface SpeakerState {
  readonly queue: PlayoutQueue
  readonly cycle: OpenCycle
  /** The call is answered and nothing is paused. */
  readonly playing: boolean
  /** The agent counts as speaking. */
  readonly announced: boolean
  readonly sincePullMs: number
}

/** Frames are pulled every 20 ms; ten missing ones are no jitter any more. */
const PULL_LIMIT_MS = 200

/** The rules that keep a caller from being left in silence, by name: those that are broken. */
export function brokenInvariants({ queue, cycle, playing, announced, sincePullMs }: SpeakerState): string[] {
  const { head } = queue
  const audio = head && head.kind !== 'digits' ? head : undefined
  const rules = {
    'audio-not-pulled':
      !playing || !audio || audio.track.length <= audio.position || sincePullMs <= PULL_LIMIT_MS,
    'speaking-without-audio': !announced || queue.audible || cycle.held || cycle.pending > 0,
    'head-not-loading': audio?.state !== 'waiting',
    'digits-not-sent': !playing || head?.kind !== 'digits' || head.started,
    'fragment-not-watched': cycle.pending === 0 || cycle.watched,
  }
  return Object.entries(rules).flatMap(([name, holds]) => (holds ? [] : [name]))
}
