import { refuse } from '../errors/index.js'
import type { StreamingRequest } from '../schemas/streaming.js'
import type { CommandContext } from './command.js'

/**
 * The stream with codecs that this machine has: `stream_codec` falls back to the call's own "when transcoding is not
 * possible", as documented. What an app would send back could not be heard: that is refused.
 *
 * @throws ApiError 10027
 */
export function codable(
  request: StreamingRequest,
  { canStream }: Pick<CommandContext, 'canStream'>,
): StreamingRequest {
  const { stream_codec: codec, stream_bidirectional_codec: back } = request
  if (!canStream(back)) {
    const detail = `${back} is not installed here (Debian: libopencore-amrwb0, libvo-amrwbenc0).`
    refuse('10027', detail, '/stream_bidirectional_codec')
  }
  return codec === 'default' || canStream(codec) ? request : { ...request, stream_codec: 'default' }
}
