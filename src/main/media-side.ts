import type { Config } from '../config/index.js'
import { createMediaPort, type LoadSpeech, type MediaPort } from '../media/index.js'

/** Starts the media plane, in as many threads as the configuration says. */
export function createMediaSide(config: Config, loadSpeech: LoadSpeech | undefined): Promise<MediaPort> {
  const { rtp, app, limits, media, speech } = config
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
      authToken: app.authToken,
      priority: media.priority,
      speech,
    },
    media.shards,
    loadSpeech,
  )
}
