import { answerChallenge } from '../digest/client.js'
import { parseDigestFields } from '../digest/fields.js'
import type { SipRequest, SipResponse } from '../message.js'
import type { DigestCredentials } from '../outgoing-call.js'
import { SipParseError } from '../parse-error.js'

/** Who asks, in which header, and where the answer goes (RFC 3261 §22.2 and §22.3). */
const askers = [
  { status: 401, challenge: 'WWW-Authenticate', answer: 'Authorization' },
  { status: 407, challenge: 'Proxy-Authenticate', answer: 'Proxy-Authorization' },
] as const

/** Most challenges that one request answers: a server's and a proxy's, each once more with a nonce that went stale. */
export const mostChallenges = 4

/**
 * Answers the digest challenges of one call or registration. What was asked once is answered in later requests before it
 * is asked again.
 */
export class Authenticator {
  private readonly asked = new Map<number, { readonly challenges: readonly string[]; count: number }>()

  /** @param random bytes for the client's nonces */
  constructor(
    private readonly credentials: DigestCredentials | undefined,
    private readonly random: (bytes: number) => Buffer,
  ) {}

  /** Writes the answers to what is known to be asked into a request. */
  authorize(request: SipRequest): void {
    for (const { status, answer } of askers) {
      const value = this.answerTo(status, request)
      if (value !== undefined) request.headers.set(answer, value)
    }
  }

  /**
   * Takes a 401 or 407 to `request`.
   * @returns whether it is worth sending again: false without credentials, for a challenge that is not understood, and
   *   when the answer in the request was refused
   */
  challenged(response: SipResponse, request: SipRequest): boolean {
    const asker = askers.find(({ status }) => status === response.status)
    if (!asker || !this.credentials) return false
    const challenges = response.headers.getAll(asker.challenge)
    if (request.headers.get(asker.answer) !== undefined && !challenges.some(isStale)) return false
    this.asked.set(asker.status, { challenges, count: 0 })
    if (this.answerTo(asker.status, request) !== undefined) return true
    this.asked.delete(asker.status)
    return false
  }

  private answerTo(status: number, { method, uri }: SipRequest): string | undefined {
    const asked = this.asked.get(status)
    if (!asked || !this.credentials) return undefined
    asked.count += 1
    return answerChallenge({
      challenges: asked.challenges,
      method,
      uri,
      ...this.credentials,
      cnonce: this.random(8).toString('hex'),
      count: asked.count,
    })
  }
}

/** Whether a challenge says that the answer was right but its nonce too old. */
function isStale(challenge: string): boolean {
  try {
    return parseDigestFields(challenge)?.get('stale')?.toLowerCase() === 'true'
  } catch (error) {
    if (error instanceof SipParseError) return false
    throw error
  }
}
