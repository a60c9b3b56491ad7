import { createPublicKey, verify } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { signingKeyIn } from '../../src/telnyx/index.js'
import { TestApp } from './support/app.js'
import { Baresip } from './support/baresip.js'
import { lacks } from './support/needs.js'
import { TestRelay } from './support/relay.js'
import { recognise } from './support/speech.js'
import { until } from './support/wait.js'

/** What an application was asked. */
interface Asked {
  readonly path: string
  readonly method: string
  readonly fields: Readonly<Record<string, string>>
  readonly signed: boolean
}

describe.skipIf(lacks('baresip-core', 'flite', 'pocketsphinx'))(
  'a TeXML application, with a real phone',
  () => {
    let dir: string
    let app: TestApp
    let relay: TestRelay
    let pages: Server
    let publicKey: string
    const asked: Asked[] = []
    const phones: Baresip[] = []

    beforeAll(async () => {
      dir = mkdtempSync(join(tmpdir(), 'parley-'))
      app = await TestApp.start()
      pages = createServer(async (request, response) => {
        const body = await bodyOf(request)
        const url = new URL(request.url!, 'http://app')
        const fields = request.method === 'GET' ? url.searchParams : new URLSearchParams(body)
        asked.push({
          path: url.pathname,
          method: request.method!,
          fields: Object.fromEntries(fields),
          signed: isSigned(request, body, publicKey),
        })
        response.writeHead(200, { 'content-type': 'text/xml' }).end(document(url.pathname))
      })
      pages.listen(0, '127.0.0.1')
      await once(pages, 'listening')
      const origin = `http://127.0.0.1:${(pages.address() as AddressInfo).port}`
      relay = await TestRelay.start(dir, {
        telnyx: {
          texml_applications: [
            {
              id: '77',
              voice_url: `${origin}/voice`,
              status_callback: `${origin}/status`,
              numbers: ['1000'],
            },
          ],
        },
      })
      publicKey = signingKeyIn(relay.dataDir).publicKey
    })
    afterAll(async () => {
      await Promise.all(phones.map((phone) => phone.stop()))
      await relay?.stop()
      await app?.stop()
      pages?.close()
      rmSync(dir, { recursive: true, force: true })
    })

    function document(path: string): string {
      if (path === '/voice') {
        return `
        <Response>
          <Connect action="/action">
            <ConversationRelay url="${app.url}" welcomeGreeting="Welcome." language="en" dtmfDetection="true">
              <Parameter name="customer_id" value="customer_123" />
            </ConversationRelay>
          </Connect>
        </Response>`
      }
      return '<Response><Say>We are open in the evening.</Say><Hangup/></Response>'
    }

    it('connects the relay in the dialect of Telnyx, goes on with the action, and is told of the end', async () => {
      const phone = await Baresip.start({ dir: join(dir, 'phone'), codec: 'G722' })
      phones.push(phone)
      await phone.dial(`sip:1000@127.0.0.1:${relay.sipPort}`)
      const connection = await app.connection()
      const { frame: setup } = await connection.frame('setup')
      expect(setup).toMatchObject({ callStatus: 'active', customParameters: { customer_id: 'customer_123' } })
      expect(setup['callControlId']).toMatch(/^v3:/)
      connection.send({ type: 'text', token: 'Good evening.', last: true })
      connection.send({ type: 'end', handoffData: 'later' })
      await phone.closed()
      await until(
        () => asked.some(({ fields }) => fields['CallStatus'] === 'completed'),
        'the status call-back',
      )

      const [voice] = asked
      expect(voice).toMatchObject({
        path: '/voice',
        method: 'GET',
        fields: { ConnectionId: '77', To: '1000' },
      })
      expect(voice?.fields['CallSid']).toBe(setup['callControlId'])
      expect(asked.find(({ path }) => path === '/action')).toMatchObject({
        method: 'POST',
        fields: { HandoffData: 'later', SessionStatus: 'ended', SessionId: setup['sessionId'] },
      })
      expect(asked.filter(({ signed }) => !signed)).toEqual([])
      expect(recognise(phone.heard(), dir)).toMatch(/evening/)
    })
  },
)

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part as Buffer)
  return Buffer.concat(parts).toString()
}

/** As apps check it: ed25519 over `timestamp|body`. */
function isSigned({ headers }: IncomingMessage, body: string, key: string): boolean {
  const spki = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), Buffer.from(key, 'base64')])
  const signature = Buffer.from(String(headers['telnyx-signature-ed25519']), 'base64')
  const signed = Buffer.from(`${headers['telnyx-timestamp']}|${body}`)
  return verify(null, signed, createPublicKey({ key: spki, format: 'der', type: 'spki' }), signature)
}
