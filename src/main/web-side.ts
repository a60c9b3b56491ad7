import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { systemClock } from '../base/clock.js'
import { messageOf } from '../base/errors.js'
import { isWildcard } from '../base/local-address.js'
import type { Log } from '../base/log.js'
import { packageRoot } from '../base/package-root.js'
import type { WebCallsOptions } from '../calls/index.js'
import type { Config } from '../config/index.js'
import { tokenKeyIn, WebPhone } from '../web/index.js'
import { NativePeers } from '../webrtc/index.js'

/** Calls with browsers. */
export interface WebSide {
  readonly phone: WebPhone
  /** What the node's calls need for them. */
  readonly calls: WebCallsOptions
  close(): Promise<void>
}

/** @returns undefined where the configuration wants none @throws ParleyError `key_unusable` */
export function createWebSide({ webrtc, rtp, data }: Config, log: Log): WebSide | undefined {
  if (!webrtc.enabled) return undefined
  const { iceServers } = webrtc
  const peers = new NativePeers({
    address: rtp.hosts.some(isWildcard) ? undefined : rtp.hosts[0],
    publicAddress: rtp.publicAddress,
    ports: rtp.ports,
    iceServers,
    now: () => systemClock.now(),
  })
  peers.prepare().catch((thrown) => log.warn({ err: thrown }, `browsers cannot call: ${messageOf(thrown)}`))
  const phone = new WebPhone({
    clock: systemClock,
    random: randomBytes,
    tokenKey: tokenKeyIn(data.dir),
    iceServers,
    moduleFile: join(packageRoot(), 'dist', 'web', 'parley.js'),
  })
  return {
    phone,
    calls: { openPeer: peers.answer, lostAfterMs: rtp.timeoutMs },
    async close() {
      phone.close()
      await peers.close()
    },
  }
}
