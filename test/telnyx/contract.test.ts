import { describe, expect, it } from 'vitest'
import { telnyxContract } from '../support/telnyx-contract.js'
import { Rig } from './support/rig.js'

const contract = telnyxContract!

describe.skipIf(!telnyxContract)(
  "Telnyx's description, as tests hold answers and webhooks against it",
  () => {
    /** A webhook as it goes over the wire, changed in one place. */
    async function webhook(change: (body: Body) => void = () => {}): Promise<readonly string[]> {
      const rig = await Rig.start()
      rig.incoming()
      const body = JSON.parse(rig.render(rig.sent[0]!).body) as Body
      await rig.close()
      change(body)
      return contract.webhook(body)
    }
    interface Body {
      data: Record<string, unknown> & { payload: Record<string, unknown> }
      meta?: Record<string, unknown>
    }

    it('takes a webhook as it is', async () => {
      expect(await webhook()).toEqual([])
    })

    it.each<[what: string, change: (body: Body) => void]>([
      ['an unknown event', ({ data }) => (data['event_type'] = 'call.started')],
      ['no event id', ({ data }) => delete data['id']],
      ['an event id that is no UUID', ({ data }) => (data['id'] = '1')],
      ['a time without a date', ({ data }) => (data['occurred_at'] = '22:25')],
      ['no call_control_id', ({ data }) => delete data.payload['call_control_id']],
      ['no from', ({ data }) => delete data.payload['from']],
      ['a direction that does not exist', ({ data }) => (data.payload['direction'] = 'inbound')],
      ['tags that are no list', ({ data }) => (data.payload['tags'] = 'one')],
      ['no meta', (body) => delete body.meta],
      ['an attempt that is no number', ({ meta }) => (meta!['attempt'] = '1')],
    ])('finds %s', async (_, change) => {
      expect(await webhook(change)).not.toEqual([])
    })

    it.each<[what: string, method: string, url: string, status: number, body: unknown]>([
      ['an empty answer', 'POST', '/v2/calls/v3:a/actions/speak', 200, {}],
      ['no result', 'POST', '/v2/calls/v3:a/actions/answer', 200, { data: {} }],
      [
        'the same of an action that it does not describe',
        'POST',
        '/v2/calls/v3:a/actions/record_stop',
        200,
        {},
      ],
      [
        'no id of the session',
        'POST',
        '/calls/v3%3Aa/actions/conversation_relay_start',
        200,
        { data: { result: 'ok' } },
      ],
      ['a call without its leg', 'GET', '/calls/v3:a', 200, { data: { record_type: 'call' } }],
      ['an error without its code', 'POST', '/calls', 422, { errors: [{ title: 'a', detail: 'b' }] }],
      ['an error without words', 'POST', '/calls', 422, { errors: [{ code: '10004', title: 'a' }] }],
      ['a number for a code', 'POST', '/calls', 400, { errors: [{ code: 1, title: 'a', detail: 'b' }] }],
      ['a list without its pages', 'GET', '/webhook_deliveries?page[size]=1', 200, { data: [] }],
    ])('finds %s', (_, method, url, status, body) => {
      expect(contract.answer(method, url, status, body)).not.toEqual([])
    })
  },
)
