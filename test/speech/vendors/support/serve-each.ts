import { afterEach, beforeEach, expect } from 'vitest'
import type { ListenOptions, VendorSettings } from '../../../../src/speech/index.js'
import { listenOptions, record, SimulatedClock, sttOf, until } from './clients.js'
import { type Protocol, VendorServer } from './vendor-server.js'
import type { VendorSession } from './vendor-session.js'

/** The vendor's server of the test that runs. */
export let server: VendorServer
/** The clock of that test. */
export let clock: SimulatedClock

/** Serves a vendor's protocol, anew for each test of a file; what a client did against it fails the test. */
export function serveEach(create: () => Protocol): void {
  beforeEach(async () => {
    server = await VendorServer.start(create())
    clock = new SimulatedClock(1_700_000_000_000)
  })
  afterEach(async () => {
    await server.close()
    expect(server.violations).toEqual([])
  })
}

/** How the tests of a recogniser listen. @param path of the vendor's API on the server */
export function listenBy(name: string, apiKey: string, usual: Partial<ListenOptions> = {}, path = '') {
  return (changes: Partial<ListenOptions> = {}, settings: VendorSettings = {}) => {
    const engine = sttOf(name, { apiKey, url: server.url + path, ...settings }, clock)
    /** One listening of that engine, and the next. */
    const next = () => {
      const listening = engine.open(listenOptions({ ...usual, ...changes }))
      return { listening, said: record(listening) }
    }
    return { engine, next, ...next() }
  }
}

/** A connection that is there, or will be; the server's first, second … */
export async function connected(number = 0): Promise<VendorSession> {
  await until(() => server.sessions[number])
  return server.sessions[number]!
}
