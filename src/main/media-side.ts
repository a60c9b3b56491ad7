import type { Config } from '../config/index.js'
import { createMediaPort, type LoadSpeech, type MediaPort } from '../media/index.js'

/**
 * Starts the media plane, in as many threads as the configuration says.
 * @param authToken signs the handshakes with apps where `app.authToken` does not
 */
export function createMediaSide(
  config: Config,
  authToken: string,
  loadSpeech: LoadSpeech | undefined,
): Promise<MediaPort> {
  const { rtp, app, limits, media, speech, twilio } = config
  return createMediaPort(
    {
      rtpPorts: rtp.ports,
      rtpTimeoutMs: rtp.timeoutMs,
      jitter: rtp.jitter,
      limits: {
        connectTimeoutMs: app.connectTimeoutMs,
        pingIntervalMs: app.pingIntervalMs,
        sessionMs: limits.sessionMinutes * 60_000,
        frameBytes: limits.frameBytes,
      },
      authToken: app.authToken ?? authToken,
      hosts: twilio.hosts,
      priority: media.priority,
      speech,
    },
    media.shards,
    loadSpeech,
  )
}
