import { randomBytes, randomUUID } from 'node:crypto'
import { join } from 'node:path'
import Fastify from 'fastify'
import twilio from 'twilio'
import { silentLog } from '../../../src/base/log.js'
import { SimulatedClock } from '../../../src/base/simulated-clock.js'
import { Store } from '../../../src/store/index.js'
import { type ConfiguredFlow, Studio } from '../../../src/studio/index.js'
import { createSigner, Twilio, type TwilioConfig } from '../../../src/twilio/index.js'
import { FakeCalls } from '../../support/fake-call.js'

export const account = {
  sid: 'AC00000000000000000000000000000001',
  authToken: 'a-token-of-the-tests',
  apiKeys: {},
}

export interface NodeOptions {
  /** Folder of the records. */
  readonly dir: string
  readonly flows?: readonly ConfiguredFlow[]
  readonly numbers?: TwilioConfig['numbers']
}

/** Studio's side of a node on fake calls: real records, real HTTP, and the vendor's SDK. */
export async function startNode({ dir, flows = [], numbers = [] }: NodeOptions) {
  const store = await Store.open({ file: join(dir, 'parley.db'), batchMs: 1 })
  const sign = createSigner({ authToken: account.authToken, hosts: {}, publicUrl: undefined })
  const clock = new SimulatedClock(1_756_000_000_000)
  const calls = new FakeCalls(clock)
  /** URLs of call-backs that would have been sent. */
  const told: string[] = []
  let url = ''
  const common = { account, sign, clock, store, random: randomBytes, log: silentLog, baseUrl: () => url }
  const studio = await Studio.load({ ...common, flows, hosts: {} })
  const side = await Twilio.load({
    ...common,
    config: { hosts: {}, numbers, applications: [] },
    dataDir: dir,
    uuid: randomUUID,
    sender: { send: ({ targets }) => told.push(...targets.map((target) => target.url)) },
    inner: studio.documents,
  })
  const app = Fastify({ forceCloseConnections: true })
  const voice = await side.register(app, calls)
  await studio.register(app, calls, voice)
  url = await app.listen({ host: '127.0.0.1', port: 0 })
  const client = twilio(account.sid, account.authToken)
  client.studio.baseUrl = client.api.baseUrl = url
  return {
    ...{ clock, calls, store, studio, client, url, told, voice },
    twilio: side,
    async stop() {
      await app.close()
      await studio.close()
      await side.close()
      await store.close()
    },
  }
}
