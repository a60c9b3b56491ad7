import { LocalMediaPort } from './local-port.js'
import type { MediaPlaneOptions } from './options.js'
import type { MediaPort } from './port.js'
import { ShardedMediaPort } from './sharded-port.js'

/**
 * Starts the media plane: in this thread with 0 shards, in as many worker threads otherwise.
 * Resolves when it can take calls.
 */
export function createMediaPort(options: MediaPlaneOptions, shards: number): Promise<MediaPort> {
  return shards === 0 ? LocalMediaPort.start(options) : ShardedMediaPort.start(options, shards)
}
