import { createHmac } from 'node:crypto'

/**
 * Twilio's signature of a request: HMAC-SHA1 over the URL followed by names and values of the form fields, sorted by
 * name; repeated fields count each value once, sorted.
 *
 * @param url as the app knows it, with query, without fragment and credentials
 * @param form fields of a POST with a form; none for GET, a WebSocket's handshake or JSON (whose hash is in the URL)
 * @returns base64, for `X-Twilio-Signature`
 */
export function twilioSignature(
  authToken: string,
  url: string,
  form: Readonly<Record<string, string | readonly string[]>> = {},
): string {
  const fields = Object.keys(form)
    .sort()
    .flatMap((name) => valuesOf(form[name]!).map((value) => name + value))
  return createHmac('sha1', authToken)
    .update(url + fields.join(''), 'utf8')
    .digest('base64')
}

function valuesOf(value: string | readonly string[]): readonly string[] {
  return typeof value === 'string' ? [value] : [...new Set(value)].sort()
}
