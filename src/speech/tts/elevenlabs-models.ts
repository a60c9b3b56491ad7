/** Models that ElevenLabs' sockets for speech do not have. */
export const requestModels = ['eleven_v3', 'eleven_v3_conversational', 'eleven_v4', 'eleven_v4_turbo']

/** Whether a model is of the third generation or later: it only speaks by requests, and knows no markup. */
export function isRequestModel(model = ''): boolean {
  return /^eleven_v[3-9]/.test(model)
}
