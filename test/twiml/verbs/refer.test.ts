import { expect, it } from 'vitest'
import { Rig, response } from '../support/rig.js'

async function referred(outcome: { status: number; notified: number | undefined }) {
  const rig = new Rig()
  rig.pages['/done'] = response('<Hangup/>')
  const verbs = response(
    '<Say>Wait</Say>',
    '<Refer action="/done"><Sip> sip:bob@example.com?X-a=1 </Sip></Refer>',
  )
  const { call } = await rig.start(verbs)
  call.referOutcome = outcome
  await rig.finish(call)
  expect(call.told).toContain('refer sip:bob@example.com?X-a=1')
  return rig.asked('/done')!.parameters
}

it('tells the app how the REFER and the call it led to went', async () => {
  const taken = await referred({ status: 202, notified: 200 })
  expect(taken).toMatchObject({
    ReferSipResponseCode: '202',
    NotifySipResponseCode: '200',
    ReferCallStatus: 'in-progress',
  })
  expect(await referred({ status: 202, notified: 486 })).toMatchObject({ ReferCallStatus: 'busy' })
  const refused = await referred({ status: 405, notified: undefined })
  expect(refused).toMatchObject({ ReferSipResponseCode: '405' })
  expect(refused).not.toHaveProperty('ReferCallStatus')
})

it('needs somebody to refer to', async () => {
  const rig = new Rig()
  await rig.start(response('<Refer/>', '<Refer><Sip>bob</Sip></Refer>', '<Pause/>'))
  expect(rig.problems).toEqual([12200, 13243])
})
