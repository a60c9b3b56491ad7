import type { TwimlServices } from '../running/services.js'

/**
 * Whether an app's socket may be opened at this URL: wss:// always, ws:// within this machine and for hosts of the
 * configuration; on Telnyx, which takes both, anywhere.
 */
export function mayBePlain(text: string, { dialect, plainSocketHosts }: TwimlServices): boolean {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url?.protocol !== 'ws:') return true
  return dialect.name === 'telnyx' || isLoopback(url.hostname) || plainSocketHosts.includes(url.hostname)
}

function isLoopback(host: string): boolean {
  return /^(localhost|.+\.localhost|127(\.\d+){3}|\[::1\])$/.test(host)
}
