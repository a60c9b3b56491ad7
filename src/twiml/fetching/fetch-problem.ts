import type { ErrorCode } from '../../base/error-table.js'
import { messageOf } from '../../base/errors.js'
import { DocumentError, problem } from '../document/problem.js'

interface Kind {
  readonly code: ErrorCode
  /** Where Twilio is more precise than the row. */
  readonly number?: number
}

/** Codes of Node, of its TLS and of its HTTP parser. */
const kinds: Readonly<Record<string, Kind>> = {
  ENOTFOUND: { code: 'document_host_unknown' },
  EAI_AGAIN: { code: 'document_host_unknown' },
  ECONNREFUSED: { code: 'document_connect_failed' },
  ECONNRESET: { code: 'document_connect_failed' },
  EPIPE: { code: 'document_connect_failed' },
  ETIMEDOUT: { code: 'document_connect_failed' },
  EHOSTUNREACH: { code: 'document_connect_failed' },
  ENETUNREACH: { code: 'document_connect_failed' },
  UND_ERR_CONNECT_TIMEOUT: { code: 'document_connect_failed' },
  UND_ERR_SOCKET: { code: 'document_connect_failed' },
  EPROTO: { code: 'document_tls_failed' },
  ERR_TLS_CERT_ALTNAME_INVALID: { code: 'document_tls_failed', number: 11235 },
  CERT_HAS_EXPIRED: { code: 'document_tls_failed', number: 11236 },
  DEPTH_ZERO_SELF_SIGNED_CERT: { code: 'document_tls_failed', number: 11237 },
  SELF_SIGNED_CERT_IN_CHAIN: { code: 'document_tls_failed', number: 11237 },
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: { code: 'document_tls_failed', number: 11237 },
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: { code: 'document_tls_failed', number: 11237 },
}

/** Puts whatever a request failed with into the error it is reported as. */
export function fetchProblem(url: string, thrown: unknown): DocumentError {
  if (thrown instanceof DocumentError) return thrown
  const { code, number } = kindOf(codeOf(thrown))
  return new DocumentError(problem('error', code, `${url}: ${reasonOf(thrown)}`, { number }))
}

/** Whether no connection came about, so that the request cannot have been seen. */
export function isConnectFailure(thrown: unknown): boolean {
  return ['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'UND_ERR_CONNECT_TIMEOUT'].includes(codeOf(thrown))
}

function kindOf(code: string): Kind {
  if (code.startsWith('HPE_')) return { code: 'document_http_invalid' }
  if (code.startsWith('ERR_SSL_') || code.startsWith('ERR_TLS_')) return { code: 'document_tls_failed' }
  return kinds[code] ?? { code: 'document_fetch_failed' }
}

function codeOf(thrown: unknown): string {
  return thrown instanceof Error && 'code' in thrown ? String(thrown.code) : ''
}

/** A name with several addresses fails with one error for each. */
function reasonOf(thrown: unknown): string {
  if (thrown instanceof AggregateError) return thrown.errors.map(messageOf).join(', ')
  return messageOf(thrown)
}
