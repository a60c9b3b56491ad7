import { addFields, type HeaderFields } from '../build.js'
import { parseCSeq } from '../cseq.js'
import { HeaderList } from '../headers.js'
import type { SipHeaders, SipRequest, SipResponse } from '../message.js'

/** The ACK of a final response other than 2xx (RFC 3261 §17.1.1.3): part of the INVITE's transaction. */
export function ackOf(invite: SipRequest, response: SipResponse): SipRequest {
  return companion(invite, 'ACK', response.headers.get('To'))
}

/** The CANCEL of an INVITE (§9.1): a transaction of its own with the INVITE's branch. */
export function cancelOf(invite: SipRequest, headers: HeaderFields = {}): SipRequest {
  const cancel = companion(invite, 'CANCEL', invite.headers.get('To'))
  addFields(cancel.headers, headers)
  return cancel
}

function companion(invite: SipRequest, method: string, to: string | undefined): SipRequest {
  const { headers } = invite
  const copy: SipHeaders = new HeaderList()
  copy.append('Via', headers.get('Via') ?? '')
  copy.append('Max-Forwards', headers.get('Max-Forwards') ?? '70')
  copy.append('From', headers.get('From') ?? '')
  copy.append('To', to ?? '')
  copy.append('Call-ID', headers.get('Call-ID') ?? '')
  copy.append('CSeq', `${parseCSeq(headers.get('CSeq') ?? '').number} ${method}`)
  copy.set('Route', ...headers.getAll('Route'))
  return { kind: 'request', method, uri: invite.uri, headers: copy, body: Buffer.alloc(0) }
}
