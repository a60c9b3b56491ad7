/**
 * Names of hosts as apps write them, and where they are reached instead: `app.example.com` → `127.0.0.1:9000`. The
 * other side is spoken to without TLS.
 */
export type HostMap = Readonly<Record<string, string>>

/** Where to connect for a URL, and the Host header to send. */
export interface MappedUrl {
  readonly url: URL
  /** Undefined where nothing was mapped: the URL's own host then goes. */
  readonly host: string | undefined
}

/** Looks a URL's `host:port`, then its host name, up in the map. */
export function mapHost(text: string | URL, hosts: HostMap): MappedUrl {
  const url = new URL(text)
  const target = own(hosts, url.host) ?? own(hosts, url.hostname)
  if (target === undefined) return { url, host: undefined }
  const mapped = new URL(`${plain(url.protocol)}//${target}`)
  mapped.pathname = url.pathname
  mapped.search = url.search
  return { url: mapped, host: url.host }
}

function own(hosts: HostMap, name: string): string | undefined {
  return Object.hasOwn(hosts, name) ? hosts[name] : undefined
}

function plain(protocol: string): string {
  if (protocol === 'https:') return 'http:'
  return protocol === 'wss:' ? 'ws:' : protocol
}
