/** Compact forms (RFC 3261 §7.3.3 and the IANA registry). */
const compactForms: Readonly<Record<string, string>> = {
  a: 'Accept-Contact',
  b: 'Referred-By',
  c: 'Content-Type',
  d: 'Request-Disposition',
  e: 'Content-Encoding',
  f: 'From',
  i: 'Call-ID',
  j: 'Reject-Contact',
  k: 'Supported',
  l: 'Content-Length',
  m: 'Contact',
  n: 'Identity-Info',
  o: 'Event',
  r: 'Refer-To',
  s: 'Subject',
  t: 'To',
  u: 'Allow-Events',
  v: 'Via',
  x: 'Session-Expires',
  y: 'Identity',
}

/** Headers whose value is a comma-separated list, so that one line with commas equals several lines. */
const listHeaders = [
  'Accept',
  'Accept-Contact',
  'Accept-Encoding',
  'Accept-Language',
  'Alert-Info',
  'Allow',
  'Allow-Events',
  'Call-Info',
  'Contact',
  'Content-Encoding',
  'Content-Language',
  'Diversion',
  'Error-Info',
  'History-Info',
  'In-Reply-To',
  'P-Asserted-Identity',
  'P-Associated-URI',
  'P-Preferred-Identity',
  'Path',
  'Proxy-Require',
  'Reason',
  'Record-Route',
  'Reject-Contact',
  'Require',
  'Route',
  'Security-Client',
  'Security-Server',
  'Security-Verify',
  'Service-Route',
  'Supported',
  'Unsupported',
  'Via',
  'Warning',
]

/** Headers that may stand in a message once (RFC 4475 §3.3.8 and §3.3.9 reject repetitions). */
export const singleHeaders: readonly string[] = [
  'Call-ID',
  'Content-Length',
  'Content-Type',
  'CSeq',
  'From',
  'Max-Forwards',
  'To',
]

const wellKnown = new Map<string, string>()
for (const name of [
  ...listHeaders,
  ...singleHeaders,
  ...Object.values(compactForms),
  'Authentication-Info',
  'Authorization',
  'Date',
  'Expires',
  'Min-Expires',
  'Min-SE',
  'Proxy-Authenticate',
  'Proxy-Authorization',
  'RAck',
  'Retry-After',
  'RSeq',
  'Server',
  'Timestamp',
  'User-Agent',
  'WWW-Authenticate',
]) {
  wellKnown.set(name.toLowerCase(), name)
}
for (const [short, name] of Object.entries(compactForms)) wellKnown.set(short, name)

const listKeys = new Set(listHeaders.map((name) => name.toLowerCase()))

/** The full, customary spelling of a header's name; names that are not known stay as they are. */
export function canonicalName(name: string): string {
  return wellKnown.get(name.toLowerCase()) ?? name
}

/** Whether commas separate the values of this header. */
export function isListHeader(name: string): boolean {
  return listKeys.has(canonicalName(name).toLowerCase())
}
