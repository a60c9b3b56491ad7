/** What the API refuses, in Twilio's numbers. */
const catalogue = {
  20001: [400, 'Invalid parameter'],
  20003: [401, 'Authenticate'],
  20009: [409, 'Could not delete the resource'],
  20404: [404, 'The requested resource was not found'],
  20409: [409, 'Conflict'],
  20500: [500, 'Internal server error'],
  20503: [503, 'Service unavailable'],
  21201: [400, "No 'To' number is specified"],
  21205: [400, 'Url parameter is required.'],
  21213: [400, "'From' phone number is required"],
  21214: [400, "'To' phone number cannot be reached"],
  21217: [400, 'Phone number does not appear to be valid'],
  21218: [400, 'Invalid ApplicationSid'],
  21220: [400, 'Call is not in-progress. Cannot redirect.'],
  21402: [400, 'Invalid Url'],
  21421: [400, 'PhoneNumber is invalid'],
  21422: [400, 'PhoneNumber is not available'],
  81021: [400, 'Flow revision must be an integer or enum(LatestPublished, LatestRevision)'],
  81022: [400, 'Flow definition is invalid'],
  81023: [400, 'To and From are too long'],
} as const satisfies Record<number, readonly [status: number, message: string]>

export type ApiErrorCode = keyof typeof catalogue

/** An answer that is no success. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly status: number

  constructor(
    readonly code: ApiErrorCode,
    message?: string,
    /** For programs. */
    readonly details?: object,
  ) {
    super(message ?? catalogue[code][1])
    this.status = catalogue[code][0]
  }

  get body(): object {
    const { code, message, status, details } = this
    const more_info = `https://www.twilio.com/docs/errors/${code}`
    return { code, message, more_info, status, ...(details && { details }) }
  }
}

/** @throws ApiError */
export function refuse(code: ApiErrorCode, message?: string): never {
  throw new ApiError(code, message)
}
