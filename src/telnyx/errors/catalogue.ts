/** One error of Telnyx's catalogue: what it is called, what is said where nothing better is known, and its status. */
export interface ApiErrorRow {
  readonly title: string
  readonly detail: string
  readonly status: number
}

const unprocessable = (title: string, detail: string): ApiErrorRow => ({ title, detail, status: 422 })

/** The errors this API answers with, by Telnyx's codes (https://developers.telnyx.com/development/api-fundamentals/api-errors). */
export const catalogue = {
  '10003': unprocessable('Invalid URL', 'The URL provided was invalid, malformed, or too long.'),
  '10004': unprocessable('Missing required parameter', 'A required parameter was missing.'),
  '10005': {
    title: 'Resource not found',
    detail: 'The requested resource or URL could not be found.',
    status: 404,
  },
  '10007': { title: 'Internal server error', detail: 'Internal server error', status: 500 },
  '10009': {
    title: 'Authentication failed',
    detail: 'The required authentication headers were either invalid or not included in the request.',
    status: 401,
  },
  '10011': {
    title: 'Too many requests',
    detail: 'You have exceeded the maximum number of allowed requests.',
    status: 429,
  },
  '10012': unprocessable('Duplicate resource', 'Resource is a duplicate.'),
  '10015': {
    title: 'Bad Request',
    detail: 'The request failed because it was not well-formed.',
    status: 400,
  },
  '10016': unprocessable(
    'Phone number must be in +E164 format',
    'The specified phone number parameter must be in +E.164 format.',
  ),
  '10023': { title: 'Invalid JSON', detail: 'The supplied JSON is invalid.', status: 400 },
  '10025': unprocessable('String length out of range', 'The length of the string is not allowed.'),
  '10026': unprocessable('Invalid parameter type', 'The parameter is of another type than it must be.'),
  '10027': unprocessable(
    'Unprocessable Entity',
    'The server understood the syntax of the request but was unable to process the instructions.',
  ),
  '10028': {
    title: 'Character encoding error',
    detail: 'The request body was not able to be decoded.',
    status: 400,
  },
  '10029': {
    title: 'Expected JSON Content-Type',
    detail: "Must encode request as 'application/json'",
    status: 415,
  },
  '10030': {
    title: 'Method not allowed',
    detail: 'The URL is valid, but the method is not allowed.',
    status: 405,
  },
  '10031': {
    title: 'Invalid request filter',
    detail: 'The request filter is invalid.',
    status: 400,
  },
  '10032': unprocessable('Invalid enumerated value', 'The value is not one of those allowed.'),
  '10033': unprocessable('Value outside of range', 'The value is outside of allowed range'),
  '90000': unprocessable(
    'Invalid value for format',
    "Format must be of type 'string' with a value of either 'mp3' or 'wav'.",
  ),
  '90001': unprocessable(
    'Invalid value for channels',
    "Channels must be a 'string' with a value of either 'single' or 'dual'.",
  ),
  '90007': unprocessable(
    'Invalid value for terminating_digit',
    "The 'terminating_digit' parameter must be a 'string' with a value of 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, *, or #.",
  ),
  '90008': unprocessable(
    'Invalid value for valid_digits',
    "The 'valid_digits' parameter must be a 'string' with a value of 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, *, or #.",
  ),
  '90009': unprocessable(
    'Invalid value for loop',
    "The 'loop' parameter must either be 'infinity' or an 'integer' with a minimum value of 1 and a maximum value of 100.",
  ),
  '90010': unprocessable(
    'Invalid value for payload',
    "The 'payload' parameter should contain between 1 and 5000 characters.",
  ),
  '90011': unprocessable(
    'Invalid value for payload_type',
    "The 'payload_type' parameter must be of type 'string' with a value of either text or ssml.",
  ),
  '90012': unprocessable('Invalid value for voice', "The 'voice' parameter must name a voice."),
  '90013': unprocessable(
    'Invalid value for language',
    "The 'language' parameter must be of type 'string' with a language that is available for it.",
  ),
  '90014': unprocessable(
    'Invalid value for digits',
    "The 'digits' parameter must be a 'string' made of a combination of either 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, A, B, C, D, w, W, * or #.",
  ),
  '90015': unprocessable('Invalid Call Control ID', 'The call_control_id provided was not valid.'),
  '90016': unprocessable(
    'Invalid value for stop',
    "The 'stop' parameter must be a 'string' with a value of 'all', 'current' or 'overlay'.",
  ),
  '90017': unprocessable(
    'Invalid value for client_state',
    "The 'client_state' parameter must be a valid base64 string.",
  ),
  '90018': unprocessable(
    'Call has already ended',
    "This call is no longer active and can't receive commands.",
  ),
  '90020': unprocessable(
    'Call recording triggered before audio started',
    'Call recording cannot be started until audio has commenced on the call.',
  ),
  '90022': unprocessable(
    'Invalid value for minimum_digits',
    "The 'minimum_digits' parameter must be an 'integer' with a minimum value of 1 and a maximum value of 128.",
  ),
  '90023': unprocessable(
    'Invalid value for maximum_digits',
    "The 'maximum_digits' parameter must be an 'integer' with a minimum value of 1 and a maximum value of 128.",
  ),
  '90024': unprocessable(
    'Invalid value for maximum_tries',
    "The 'maximum_tries' parameter must be an 'integer' with a minimum value of 1 and a maximum value of 128.",
  ),
  '90025': unprocessable(
    'Invalid value for timeout_millis',
    "The 'timeout_millis' parameter must be an 'integer' with a minimum and a maximum value accepted by command",
  ),
  '90026': unprocessable(
    'Invalid value for inter_digit_timeout_millis',
    "The 'inter_digit_timeout_millis' parameter must be an 'integer' with a minimum value of 1 and a maximum value of 120000.",
  ),
  '90027': unprocessable(
    'Invalid value for duration_millis',
    "The 'duration_millis' parameter must be an 'integer' with a minimum value of 100 and a maximum value of 500.",
  ),
  '90028': unprocessable(
    'Invalid value for timeout_secs',
    "The 'timeout_secs' parameter must be an 'integer' with a minimum and a maximum value accepted by command",
  ),
  '90029': unprocessable(
    'Invalid value for time_limit_secs',
    "The 'time_limit_secs' parameter must be an 'integer' with a minimum value of 30 and a maximum value of 14,400.",
  ),
  '90030': unprocessable(
    'Invalid value for service_level',
    "The 'service_level' parameter must be of type 'string' with a value of either 'basic' or 'premium'.",
  ),
  '90034': unprocessable(
    'Call not answered yet',
    "This call can't receive this command because it has not been answered yet.",
  ),
  '90043': unprocessable(
    'Connection outbound channels limit exceeded',
    'The limit of simultaneous calls has been reached.',
  ),
  '90045': unprocessable(
    'Media Streaming is used',
    "This command can't be issued when media streaming is used.",
  ),
  '90048': unprocessable(
    'Media Streaming is not used',
    'This command can only be issued when media streaming is used.',
  ),
  '90049': unprocessable(
    'Invalid value for record_timeout_secs',
    "The 'record_timeout_secs' parameter must be an 'integer' with a minimum value of 0.",
  ),
  '90054': unprocessable(
    'Call transcription is already in progress',
    'Call Transcription can not be started more than once.',
  ),
  '90056': unprocessable(
    'Invalid value for initial_timeout_millis',
    "The 'initial_timeout_millis' parameter must be an 'integer' with a minimum value of 1 and a maximum value of 120000.",
  ),
  '90057': unprocessable(
    'Invalid call control event type for webhook_urls',
    'The webhook_urls json keys must be valid call control event types.',
  ),
  '90059': unprocessable(
    'Invalid value for recording_track',
    "The 'recording_track' parameter must be a 'string' with a value of either 'inbound', 'outbound' or 'both'.",
  ),
  '90061': unprocessable(
    'AI Assistant is already in progress',
    'AI Assistant cannot be started more than once.',
  ),
  '90102': unprocessable('Command is invalid', 'Call answer command cannot be issued for outbound calls.'),
} as const satisfies Record<string, ApiErrorRow>

export type ApiErrorCode = keyof typeof catalogue

export function isApiErrorCode(code: unknown): code is ApiErrorCode {
  return typeof code === 'string' && Object.hasOwn(catalogue, code)
}
