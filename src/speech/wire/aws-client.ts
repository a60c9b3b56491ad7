import { messageOf } from '../../base/errors.js'
import { faultOfStatus, VendorError, type VendorFault } from '../vendor-error.js'
import { secretsOf, type VendorSettings, type VendorVariables } from '../vendor-settings.js'
import { at, number } from './json.js'

/** Amazon's section of the environment. */
const awsVariables: VendorVariables = {
  apiKey: ['AWS_ACCESS_KEY_ID'],
  apiSecret: ['AWS_SECRET_ACCESS_KEY'],
  sessionToken: ['AWS_SESSION_TOKEN'],
  region: ['AWS_REGION', 'AWS_DEFAULT_REGION'],
}

/** As `apiKey`: the credentials that Amazon's package finds by itself, such as a profile's or a machine's role. */
const OWN_WAY = 'default'

export function awsConfigured({ apiKey, apiSecret }: VendorSettings): boolean {
  return apiKey === OWN_WAY || (apiKey !== undefined && apiSecret !== undefined)
}

/** What the rows of Amazon's engines have in common. @param packageName its package for this engine */
export function awsAccount(packageName: string) {
  return {
    install: `set AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_REGION, npm install ${packageName}`,
    account: 'aws',
    variables: awsVariables,
    configured: awsConfigured,
  }
}

/** Takes what Amazon's packages would otherwise write to the console, for each stream that was refused. */
const quiet = { trace() {}, debug() {}, info() {}, warn() {}, error() {} }

/** What Amazon's clients are made with. */
export function awsClientOptions({ apiKey, apiSecret, sessionToken, region, url }: VendorSettings) {
  const own = apiKey !== undefined && apiKey !== OWN_WAY && apiSecret !== undefined
  return {
    region: region ?? 'us-east-1',
    maxAttempts: 1,
    logger: quiet,
    ...(own && {
      credentials: { accessKeyId: apiKey, secretAccessKey: apiSecret, ...(sessionToken && { sessionToken }) },
    }),
    ...(url && { endpoint: url.replace(/^ws/, 'http') }),
  }
}

const faults: Readonly<Record<string, VendorFault>> = {
  AccessDeniedException: 'credentials',
  BadRequestException: 'request',
  ConflictException: 'server',
  CredentialsProviderError: 'credentials',
  EngineNotSupportedException: 'request',
  ExpiredTokenException: 'credentials',
  InternalFailureException: 'server',
  InvalidSignatureException: 'credentials',
  InvalidSsmlException: 'request',
  LanguageNotSupportedException: 'request',
  LimitExceededException: 'quota',
  ServiceUnavailableException: 'server',
  TextLengthExceededException: 'request',
  ThrottlingException: 'quota',
  UnrecognizedClientException: 'credentials',
  ValidationException: 'request',
}

/**
 * What an Amazon client throws, as a vendor's error.
 * @param answered whether the vendor had begun to answer
 */
export function awsError(
  vendor: string,
  thrown: unknown,
  settings: VendorSettings,
  answered: boolean,
): VendorError {
  const name = thrown instanceof Error ? thrown.name : ''
  const status = number(thrown, '$metadata', 'httpStatusCode')
  // A stream's exceptions have the status of its opening.
  const refused = status !== undefined && status >= 400
  const broken = answered ? 'dropped' : 'connect'
  const fault = faults[name] ?? (refused ? faultOfStatus(status) : at(thrown, '$fault') ? 'server' : broken)
  return new VendorError(vendor, fault, `${name} ${messageOf(thrown)}`, {
    cause: thrown,
    status: refused ? status : undefined,
    secrets: secretsOf(settings),
  })
}
