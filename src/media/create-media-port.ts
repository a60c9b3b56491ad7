import { raisePriority } from '../base/priority.js'
import { LocalMediaPort } from './local-port.js'
import type { LoadSpeech, MediaPlaneOptions } from './options.js'
import type { MediaPort } from './port.js'
import { ShardedMediaPort } from './sharded-port.js'

/**
 * Starts the media plane: in this thread with 0 shards, in as many worker threads otherwise.
 * Resolves when it can take calls.
 * @param loadSpeech other engines than the installed ones; only without shards, since it cannot cross threads
 */
export function createMediaPort(
  options: MediaPlaneOptions,
  shards: number,
  loadSpeech?: LoadSpeech,
): Promise<MediaPort> {
  if (shards === 0 && options.priority === 'high') raisePriority()
  return shards === 0 ? LocalMediaPort.start(options, loadSpeech) : ShardedMediaPort.start(options, shards)
}
