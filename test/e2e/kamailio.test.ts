import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Baresip } from './support/baresip.js'
import { Kamailio, subscriber } from './support/kamailio.js'
import { heardIn } from './support/locate.js'
import { lacks } from './support/needs.js'
import { freePort } from './support/ports.js'
import { say } from './support/speech.js'
import { connectionId, number, TelnyxSide } from './support/telnyx-side.js'
import { until, untilAsync } from './support/wait.js'

const missing = lacks('kamailio', 'kamailio-tls-modules', 'baresip-core', 'flite')

describe.skipIf(missing)('behind Kamailio, which challenges every call', () => {
  let dir: string
  let kamailio: Kamailio
  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'parley-'))
    kamailio = await Kamailio.start(dir)
  })
  afterAll(() => {
    kamailio?.stop()
    rmSync(dir, { recursive: true, force: true })
  })

  describe.each([
    ['udp', 'none'],
    ['tls', 'srtp'],
  ] as const)('by %s, encryption of audio: %s', (transport, encryption) => {
    let side: TelnyxSide
    let phone: Baresip
    let own: string
    let address: string

    beforeAll(async () => {
      own = join(dir, transport)
      address = `127.0.0.1:${transport === 'udp' ? kamailio.udpPort : kamailio.tlsPort}`
      const { password } = subscriber
      const credentials = { username: number, password, register: true }
      const trunk = { name: 'carrier', address, transport, ...credentials, encryption }
      phone = await Baresip.start({
        dir: join(own, 'phone'),
        codec: 'G722',
        transport,
        registrar: address,
        auth: subscriber,
        answers: true,
        ...(encryption === 'srtp' && { encryption: 'srtp-mand' as const }),
      })
      side = await TelnyxSide.start(own, {
        sip: { transports: ['udp', 'tls'], tls: { port: await freePort(), caFile: kamailio.caFile } },
        rtp: { srtp: 'optional' },
        trunks: [trunk],
      })
      await until(() => /200 OK \(.*\) \[1 binding\]/.test(phone.output), 'the registration', 10_000)
    })
    afterAll(async () => {
      await phone?.stop()
      await side?.stop()
    })

    it('a number is reached with the trunk’s password; both hear each other; the phone hangs up', async () => {
      const question = say('what are your opening hours', own, 'rms')
      const { data } = await side.sdk.calls.dial({
        connection_id: connectionId,
        to: '+15550002222',
        from: number,
      })
      const id = data!.call_control_id
      await side.webhooks.event(id, 'call.answered')
      await side.sdk.calls.actions.startTranscription(id, {})
      await side.sdk.calls.actions.speak(id, { payload: 'Thank you for waiting.', voice: 'Telnyx' })
      await side.webhooks.event(id, 'call.speak.ended')
      await phone.speak(question)
      await side.webhooks.event(id, 'call.transcription', ({ transcription_data: { transcript } }) =>
        /opening hours/.test(transcript),
      )
      const said = say('Thank you for waiting.', own)
      await untilAsync(async () => heardIn(said, phone.heard()), 'the phone to hear', 10_000, 500)
      expect(/SRTP is Enabled/.test(phone.output)).toBe(encryption === 'srtp')
      await phone.hangup()
      expect((await side.webhooks.event(id, 'call.hangup')).payload).toMatchObject({
        hangup_cause: 'normal_clearing',
        hangup_source: 'callee',
      })
      await side.conforms()
    })

    it('a phone that calls the number is answered, and hung up', async () => {
      await until(() => side.relay.output.includes('"state":"registered"'), 'the trunk to know the number')
      await phone.command(`dial sip:${number}@${address};transport=${transport}`)
      const id = await side.incoming(subscriber.user)
      const { actions } = side.sdk.calls
      await actions.answer(id, {})
      await side.webhooks.event(id, 'call.answered')
      await actions.sendDtmf(id, { digits: '9' })
      await until(() => phone.digits.some(({ digit }) => digit === '9'), 'the key at the phone')
      await actions.hangup(id, {})
      expect((await side.webhooks.event(id, 'call.hangup')).payload.hangup_source).toBe('callee')
      await side.conforms()
    })
  })
})
