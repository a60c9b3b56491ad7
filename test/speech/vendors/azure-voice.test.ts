import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { AzureVoice } from './azure-voice-server.js'
import { azureKey, azureRefusal } from './support/azure-messages.js'
import { say, speakRequest, ttsOf, until, words } from './support/clients.js'
import { VendorServer } from './support/vendor-server.js'
import { testVoice } from './support/voice-contract.js'

testVoice('azure', () => new AzureVoice())

describe('azure', () => {
  let azure: AzureVoice
  let server: VendorServer
  let engine: ReturnType<typeof ttsOf>

  beforeEach(async () => {
    azure = new AzureVoice()
    server = await VendorServer.start(azure)
    engine = ttsOf('azure', { apiKey: azureKey, url: server.url })
  })

  afterEach(async () => {
    await engine.close()
    await server.close()
    expect(server.violations).toEqual([])
  })

  it('marks the words where Azure says that they are', async () => {
    const request = speakRequest()
    const spoken = say(engine, request)
    await until(() => spoken.done)
    expect(spoken.error).toBeUndefined()
    expect(words(request, spoken.marks).map((one) => one.replace(/[,.]/, ''))).toEqual([
      'Hello 0-50',
      'there 60-110',
      'friend 130-190',
    ])
  })

  it('escapes text, and asks for the voice', async () => {
    const spoken = say(engine, speakRequest({ text: 'R&D <soon>', voice: 'en-US-AvaMultilingualNeural' }))
    await until(() => spoken.done)
    expect(spoken.error).toBeUndefined()
    expect(azure.turns[0]!.ssml).toContain('R&amp;D &lt;soon&gt;')
    expect(azure.turns[0]!.ssml).toMatch(/name=["']en-US-AvaMultilingualNeural["']/)
  })

  it('asks for a custom voice where it is deployed, over a connection of its own', async () => {
    const settings = { deployment_id: 'our-deployment' }
    const custom = speakRequest({ voice: 'OurBrandNeural', settings })
    for (const request of [speakRequest(), custom, custom]) {
      const spoken = say(engine, request)
      await until(() => spoken.done)
      expect(spoken.error).toBeUndefined()
    }
    expect(server.sessions.map((session) => session.asked('deploymentId'))).toEqual([[], ['our-deployment']])
  })

  it.each([
    [403, 'credentials'],
    [500, 'server'],
  ])('tells a handshake that was refused with %i', async (status, fault) => {
    server.refuse(azureRefusal(status))
    const spoken = say(engine, speakRequest())
    await until(() => spoken.done)
    expect(spoken.error?.fault).toBe(fault)
  })

  it.each([
    ['SSML parsing error', 'request'],
    ['Throttled due to too many requests', 'quota'],
  ])('tells why Azure closed the connection over a request: %s', async (reason, fault) => {
    azure.speaks = false
    const spoken = say(engine, speakRequest())
    await until(() => azure.holding)
    azure.holding!.end(1007, reason)
    await until(() => spoken.done)
    expect(spoken.error?.fault).toBe(fault)
    expect(spoken.error?.message).toContain(reason)
  })
})
