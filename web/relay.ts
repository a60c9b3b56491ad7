import { PhoneError } from './error.js'
import type { RelayOptions } from './types.js'

/** One of the relay's events. */
export interface RelayEvent {
  readonly name: string
  readonly data: unknown
}

/** The relay's HTTP exchange. */
export class Relay {
  private readonly base: string
  private readonly token: RelayOptions['token']

  constructor({ url, token }: RelayOptions) {
    this.base = (url ?? ownRelay()).replace(/\/+$/, '')
    this.token = token
  }

  /** @param authorised whether a token is sent @throws PhoneError */
  async request(method: string, path: string, init: RequestInit = {}, authorised = false): Promise<Response> {
    const headers = new Headers(init.headers)
    const token = authorised && (typeof this.token === 'function' ? await this.token() : this.token)
    if (token) headers.set('authorization', `Bearer ${token}`)
    const response = await fetch(this.base + path, { ...init, method, headers, cache: 'no-store' }).catch(
      (thrown: Error) => {
        if (thrown.name === 'AbortError') throw thrown
        throw new PhoneError('network_failed', `The relay cannot be reached: ${thrown.message}`)
      },
    )
    if (!response.ok) throw await problemOf(response)
    return response
  }

  /** Sends an offer. @throws PhoneError */
  offer(
    method: 'POST' | 'PATCH',
    path: string,
    sdp: string,
    authorised: boolean,
    signal?: AbortSignal,
  ): Promise<Response> {
    const init = { body: sdp, headers: { 'content-type': 'application/sdp' }, ...(signal && { signal }) }
    return this.request(method, path, init, authorised)
  }

  async json(method: string, path: string, body: object): Promise<Response> {
    const headers = { 'content-type': 'application/json' }
    return this.request(method, path, { body: JSON.stringify(body), headers })
  }

  /** Server-sent events, until the stream ends. @throws PhoneError */
  async *events(path: string, authorised: boolean, signal: AbortSignal): AsyncGenerator<RelayEvent> {
    const response = await this.request('GET', path, { signal }, authorised)
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader()
    let rest = ''
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      const blocks = (rest + value).split('\n\n')
      rest = blocks.pop()!
      for (const block of blocks) {
        const name = /^event: (.*)$/m.exec(block)?.[1]
        const data = /^data: (.*)$/m.exec(block)?.[1]
        if (name !== undefined && data !== undefined) yield { name, data: JSON.parse(data) }
      }
    }
  }
}

/** Where this module came from, or else the page. */
function ownRelay(): string {
  const { href, pathname } = new URL(import.meta.url)
  return pathname.endsWith('/web/parley.js') ? new URL('..', href).href : location.origin
}

async function problemOf(response: Response): Promise<PhoneError> {
  const body = await response.json().catch(() => undefined)
  const { code = 'network_failed', message = `The relay answered ${response.status}` } = body?.error ?? {}
  return new PhoneError(code, message, response.status)
}
