import type { VerbContext } from '../running/context.js'
import { Interrupted, linked, until } from '../running/interruption.js'

/** What a call hears while it waits. */
export interface WaitMusic {
  /** A document, or audio; '' for silence, undefined for the relay's own melody. */
  readonly url: string | undefined
  readonly method: 'GET' | 'POST'
  /** Verbs that count in the document. */
  readonly verbs: readonly string[]
  /** Whether the document begins anew when its verbs run out; else silence follows. */
  readonly repeat: boolean
  /** More fields of every request. */
  readonly parameters?: (() => Readonly<Record<string, string>>) | undefined
}

export type Waited<T> =
  | { readonly kind: 'event'; readonly event: T }
  /** The document said `<Leave>`. */
  | { readonly kind: 'left' }
  /** It said `<Hangup>`. */
  | { readonly kind: 'hung-up' }

/** ms between two requests for a document that takes no time. */
const PAUSE_MS = 1_000

/** Lets a call hear something until an event comes. @throws Interrupted */
export async function waitFor<T>(
  context: VerbContext,
  music: WaitMusic,
  event: Promise<T>,
): Promise<Waited<T>> {
  const { controller, release } = linked(context.signal)
  const playing = play(context, music, controller.signal)
  const ended = playing.catch(() => {})
  try {
    const came = event.then((value): Waited<T> => ({ kind: 'event', event: value }))
    return await context.until(Promise.race([came, playing.then((kind): Waited<T> => ({ kind }))]))
  } finally {
    controller.abort(new Interrupted('dropped'))
    release()
    await ended
  }
}

/** Plays until it is interrupted, or the document ends the waiting. @throws Interrupted */
export async function play(
  context: VerbContext,
  music: WaitMusic,
  signal: AbortSignal,
): Promise<'left' | 'hung-up'> {
  if (music.url === '') return silence(signal)
  const url = music.url === undefined ? undefined : context.resolve(music.url)
  if (url === undefined) return melody(context, signal)
  const { clock } = context.services
  for (;;) {
    const startedAt = clock.now()
    const { method, verbs, parameters } = music
    const request = { url, method, parameters: context.parameters(parameters?.()) }
    const outcome = await context.run({ request }, { signal, verbs, parameters })
    if (outcome === 'left' || outcome === 'hung-up') return outcome
    signal.throwIfAborted()
    // The waiting goes on when its document cannot be had: callers should not hear of it.
    if (outcome === 'failed') return melody(context, signal)
    if (!music.repeat) return silence(signal)
    await pause(context, PAUSE_MS - (clock.now() - startedAt), signal)
  }
}

async function melody({ call }: VerbContext, signal: AbortSignal): Promise<never> {
  const playing = call.announce({ kind: 'tone', tone: 'hold', country: 'us' })
  try {
    return await silence(signal)
  } finally {
    playing.stop()
  }
}

function silence(signal: AbortSignal): Promise<never> {
  return until(new Promise<never>(() => {}), signal)
}

async function pause({ services }: VerbContext, ms: number, signal: AbortSignal): Promise<void> {
  if (ms <= 0) return
  let elapsed = () => {}
  const waiting = new Promise<void>((resolve) => {
    elapsed = resolve
  })
  const timer = services.clock.after(ms, elapsed)
  try {
    await until(waiting, signal)
  } finally {
    timer.cancel()
  }
}
