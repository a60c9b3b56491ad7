import { createParser } from 'eventsource-parser'
import type { Message } from './history.js'

/** A chat model behind OpenAI's protocol (api.openai.com, or any server that speaks it). */
export interface ModelSettings {
  readonly apiKey: string
  /** Without the path `/chat/completions`. */
  readonly baseUrl: string
  readonly model: string
  /** The longest wait for the next token, in ms. Default 15,000. */
  readonly stallMs?: number
}

/** The settings in `env`, or undefined without a key. */
export function modelFromEnv(env: Readonly<Record<string, string | undefined>>): ModelSettings | undefined {
  const apiKey = env['OPENAI_API_KEY']
  if (!apiKey) return undefined
  const baseUrl = (env['OPENAI_BASE_URL'] || 'https://api.openai.com/v1').replace(/\/+$/, '')
  return { apiKey, baseUrl, model: env['OPENAI_MODEL'] || 'gpt-4o-mini' }
}

const INSTRUCTIONS =
  'You are the host of a small restaurant, on the telephone. Answer in one or two short spoken sentences, in ' +
  'plain words, without markup, lists or emoji. The restaurant is open from nine in the morning until six in the ' +
  'evening, Monday to Friday. You can take table bookings: ask for people, day and time, then confirm. ' +
  'The caller may be misheard by a speech recogniser: ask back when something makes no sense. Answer in '

/**
 * Streams a completion token by token.
 * @param signal ends the request at once; the iteration then throws its reason
 * @throws Error that says what the server answered
 */
export async function* complete(
  settings: ModelSettings,
  messages: readonly Message[],
  language: string,
  signal: AbortSignal,
): AsyncGenerator<string> {
  const request = new AbortController()
  const abort = () => request.abort(signal.reason)
  signal.addEventListener('abort', abort, { once: true })
  const stallMs = settings.stallMs ?? 15_000
  const stalled = () => request.abort(new Error(`No answer within ${stallMs} ms`))
  let watchdog = setTimeout(stalled, stallMs)
  try {
    signal.throwIfAborted()
    const response = await post(settings, messages, language, request.signal)
    for await (const token of tokens(response)) {
      clearTimeout(watchdog)
      watchdog = setTimeout(stalled, stallMs)
      yield token
    }
  } finally {
    clearTimeout(watchdog)
    signal.removeEventListener('abort', abort)
    request.abort() // leaves no response half read when the iteration is given up
  }
}

async function post(
  settings: ModelSettings,
  messages: readonly Message[],
  language: string,
  signal: AbortSignal,
): Promise<Response> {
  const response = await fetch(`${settings.baseUrl}/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${settings.apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      model: settings.model,
      stream: true,
      messages: [
        { role: 'system', content: `${INSTRUCTIONS}${language}.` },
        ...messages.map(({ role, content }) => ({ role, content })),
      ],
    }),
    signal,
  })
  if (response.ok) return response
  const body = await response.text()
  throw new Error(`The model answered ${response.status}: ${errorIn(body) ?? body.slice(0, 200)}`)
}

/** The content of each chunk until `[DONE]`. */
async function* tokens(response: Response): AsyncGenerator<string> {
  const events: string[] = []
  const parser = createParser({ onEvent: (event) => events.push(event.data) })
  const decoder = new TextDecoder()
  for await (const bytes of response.body ?? []) {
    parser.feed(decoder.decode(bytes, { stream: true }))
    for (const data of events.splice(0)) {
      if (data === '[DONE]') return
      const failure = errorIn(data)
      if (failure) throw new Error(`The model failed: ${failure}`)
      const token = contentIn(data)
      if (token) yield token
    }
  }
}

function contentIn(data: string): string | undefined {
  const chunk = parse(data) as { choices?: { delta?: { content?: unknown } }[] } | undefined
  const content = chunk?.choices?.[0]?.delta?.content
  return typeof content === 'string' ? content : undefined
}

function errorIn(data: string): string | undefined {
  const error = (parse(data) as { error?: { message?: unknown } } | undefined)?.error
  return error ? String(error.message ?? JSON.stringify(error)) : undefined
}

function parse(data: string): unknown {
  try {
    return JSON.parse(data) ?? undefined
  } catch {
    return undefined
  }
}
