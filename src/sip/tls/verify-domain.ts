import { checkServerIdentity, type PeerCertificate } from 'node:tls'

/**
 * Whether a certificate is for a SIP domain (RFC 5922 §7.1): it names `sip:domain`, or else the host as for any other
 * service. A wildcard fits although RFC 5922 §7.2 forbids it: large providers have no other certificates.
 * @returns what is wrong; undefined when it fits
 */
export function checkSipDomain(domain: string, certificate: PeerCertificate): Error | undefined {
  const wanted = `URI:sip:${domain.toLowerCase()}`
  const names = (certificate.subjectaltname ?? '').split(', ').map((name) => name.toLowerCase())
  return names.includes(wanted.toLowerCase()) ? undefined : checkServerIdentity(domain, certificate)
}
