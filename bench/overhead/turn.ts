import { setTimeout as sleep } from 'node:timers/promises'
import type { AppSession } from './app.js'
import type { Phones } from './phones.js'
import type { RelayUnderTest } from './relay.js'

/** A call as the driver has it. `number` is also the number of the relay's speech streams. */
export interface BenchCall {
  readonly number: number
  readonly session: AppSession
}

/** One turn's delays, in ms. */
export interface TurnTimes {
  /** Final transcript written to the relay → prompt read by the app. */
  readonly prompt: number
  /** First token written by the app → first packet with sound. */
  readonly firstPacket: number
  /** Voice onset written to the relay → last packet with the old speech's sound. */
  readonly lastOld: number
}

/** What the app says each time: about twelve seconds of speech, in tokens as a language model streams them. */
const REPLY = [
  'Of course.',
  ...' We are open from nine to five, Monday to Friday, and on Saturdays until noon.'.split(/(?= )/),
  ...' If you tell me the day you have in mind and for how many people,'.split(/(?= )/),
  ...' I will gladly see whether a table is left for you by the window.'.split(/(?= )/),
]
/** ms after which something that should have come counts as missing. */
const PATIENCE_MS = 5_000

/**
 * A turn that tells nothing and is taken again: a token that the app had sent before it read `interrupt` was spoken as a
 * reply of its own, as the protocol has it.
 */
export class OutOfStep extends Error {}

/** Begins the conversation: the agent speaks, so that there is something to interrupt. */
export async function greet(call: BenchCall, phones: Phones): Promise<void> {
  const sound = phones.next('sound', call.number)
  call.session.reply(REPLY)
  await within(sound, `call ${call.number}: the greeting`)
}

/**
 * One turn on a call whose agent is speaking: the caller breaks in, is understood, and the app answers. Random waits
 * keep the turn out of step with the relay's 20 ms beat.
 * @throws OutOfStep when it must be taken again
 * @throws Error when a step of it does not come
 */
export async function turn(call: BenchCall, relay: RelayUnderTest, phones: Phones): Promise<TurnTimes> {
  const { number, session } = call
  await sleep(40 * Math.random())
  const silence = phones.next('silence', number)
  const voiceAt = relay.voice(number)
  const silentAt = await within(silence, `call ${number}: silence after the caller's voice`)

  await sleep(40 * Math.random())
  const prompt = session.next('prompt')
  relay.quiet(number)
  const finalAt = relay.final(number, 'what are your opening hours')
  const promptAt = await within(prompt, `call ${number}: the prompt`)

  await sleep(40 * Math.random())
  const sound = phones.next('sound', number)
  const tokenAt = session.reply(REPLY)
  const soundAt = await within(sound, `call ${number}: the answer's audio`)
  if (silentAt < voiceAt)
    throw new OutOfStep(`call ${number}: the agent was not speaking when the caller broke in`)
  if (soundAt < tokenAt) throw new OutOfStep(`call ${number}: the agent spoke before it was told to`)
  return { prompt: promptAt - finalAt, firstPacket: soundAt - tokenAt, lastOld: silentAt - voiceAt }
}

async function within(pending: Promise<number>, what: string): Promise<number> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} did not come within ${PATIENCE_MS} ms`)), PATIENCE_MS)
  })
  try {
    return await Promise.race([pending, late])
  } finally {
    clearTimeout(timer)
  }
}
