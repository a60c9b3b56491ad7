import { BrowserPhone } from './phone.js'
import { Relay } from './relay.js'
import { Sound } from './sound.js'
import type { CallOptions, Phone, SoundOptions } from './types.js'

/** Calls. Resolves when the relay has taken the call. @throws PhoneError */
export async function call(options: CallOptions): Promise<Phone> {
  const query = new URLSearchParams()
  if (options.to !== undefined) query.set('to', options.to)
  if (options.from !== undefined) query.set('from', options.from)
  for (const [name, value] of Object.entries(options.parameters ?? {})) {
    query.set(/^x-/i.test(name) ? name : `X-${name}`, value)
  }
  const relay = new Relay(options)
  return begin(`/v1/webrtc/calls?${query}`, relay, options, true, options.signal)
}

/** Accepts a call that rings here. @throws PhoneError */
export function answer(path: string, relay: Relay, options: SoundOptions): Promise<Phone> {
  return begin(path, relay, options, false, undefined)
}

async function begin(
  path: string,
  relay: Relay,
  options: SoundOptions,
  authorised: boolean,
  signal: AbortSignal | undefined,
): Promise<Phone> {
  const sound = new Sound()
  try {
    const [servers] = await Promise.all([relay.request('GET', '/v1/webrtc', {}, true), sound.open(options)])
    const { iceServers } = (await servers.json()) as { iceServers: RTCIceServer[] }
    const phone = new BrowserPhone(relay, sound, iceServers)
    await phone.begin(path, authorised, signal)
    return phone
  } catch (thrown) {
    sound.close()
    throw thrown
  }
}
