import fc from 'fast-check'
import { expect, it } from 'vitest'
import { commands } from '../../src/telnyx/commands/index.js'
import { dial } from '../../src/telnyx/schemas/call.js'
import { connectionId, Rig } from './support/rig.js'

/** Names that bodies have somewhere, so that what is made up means something now and then. */
const names = [
  ...new Set(
    [dial, ...Object.values(commands).map(({ body }) => body)].flatMap((schema) =>
      'shape' in schema ? Object.keys(schema.shape as object) : [],
    ),
  ),
]
const texts = fc.constantFrom(
  '',
  '1',
  'wss://h/',
  'http://h/',
  'YQ==',
  'any',
  'all',
  'both',
  'mp3',
  'wav',
  'dual',
  connectionId,
)
const leaf = fc.oneof(texts, fc.string(), fc.integer(), fc.double(), fc.boolean(), fc.constant(null))
const { value } = fc.letrec((tie) => ({
  value: fc.oneof({ maxDepth: 3 }, leaf, fc.array(tie('value'), { maxLength: 3 }), tie('object')),
  object: fc.dictionary(fc.oneof(fc.constantFrom(...names), fc.string()), tie('value'), { maxKeys: 4 }),
}))
const body = fc.dictionary(fc.constantFrom(...names), value, { maxKeys: 8 })
const action = fc.constantFrom(...Object.keys(commands), 'dial')

it('whatever is sent, it is done or refused with a reason, and never our fault', async () => {
  const rig = await Rig.start()
  await fc.assert(
    fc.asyncProperty(action, fc.oneof(body, value), async (name, sent) => {
      const call = rig.answered()
      const json = JSON.stringify(sent)
      const { callControlId } = call.identity
      const response = await rig.app.inject({
        method: name === 'client_state_update' ? 'PUT' : 'POST',
        url: name === 'dial' ? '/v2/calls' : `/v2/calls/${callControlId}/actions/${name}`,
        headers: { authorization: 'Bearer KEY_test', 'content-type': 'application/json' },
        payload: json ?? '',
      })
      expect([200, 400, 422]).toContain(response.statusCode)
      if (response.statusCode === 200) return
      for (const error of response.json().errors) {
        expect(error).toMatchObject({ code: expect.stringMatching(/^\d{5}$/), title: expect.any(String) })
        expect(error.detail).not.toBe('')
      }
    }),
    { numRuns: 500 },
  )
  await rig.close()
})
