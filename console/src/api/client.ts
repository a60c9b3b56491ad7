import { text } from '../messages.js'

/** What the relay says went wrong. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly remedy: string,
  ) {
    super(message)
  }
}

/** Told when the relay wants to know who asks. */
let unauthorised = (): void => {}

export function onUnauthorised(told: () => void): void {
  unauthorised = told
}

/** Asks the relay. @throws ApiError */
export async function ask<Answer>(path: string, options: RequestInit = {}): Promise<Answer> {
  const reply = await fetch(path, { ...options, credentials: 'same-origin' }).catch(() => {
    throw new ApiError(0, 'unreachable', text.unreachable, '')
  })
  if (reply.ok) return reply.status === 204 ? (undefined as Answer) : reply.json()
  const body = await reply.json().catch(() => undefined)
  const { code = String(reply.status), message = reply.statusText, remedy = '' } = body?.error ?? {}
  if (code === 'admin_key_required') unauthorised()
  throw new ApiError(reply.status, code, message, remedy)
}

export function post<Answer>(path: string, body: unknown): Promise<Answer> {
  const headers = { 'content-type': 'application/json' }
  return ask(path, { method: 'POST', headers, body: JSON.stringify(body) })
}

export function remove(path: string): Promise<void> {
  return ask(path, { method: 'DELETE' })
}

/** A query of what is set. */
export function query(values: Readonly<Record<string, string | number | boolean | undefined>>): string {
  const set = Object.entries(values).filter(([, value]) => value !== undefined && value !== '')
  const written = new URLSearchParams(set.map(([name, value]) => [name, String(value)])).toString()
  return written === '' ? '' : `?${written}`
}
