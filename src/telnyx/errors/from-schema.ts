import type { z } from 'zod'
import { ApiError, type ApiProblem } from './api-error.js'
import { type ApiErrorCode, isApiErrorCode } from './catalogue.js'

/** Parameters that Telnyx's catalogue has an error of their own for, whatever is wrong with their value. */
const ownCodes: Readonly<Record<string, ApiErrorCode>> = {
  client_state: '90017',
  language: '90013',
  target_leg_client_state: '90017',
  loop: '90009',
  payload: '90010',
  payload_type: '90011',
  voice: '90012',
  digits: '90014',
  stop: '90016',
  minimum_digits: '90022',
  maximum_digits: '90023',
  maximum_tries: '90024',
  timeout_millis: '90025',
  inter_digit_timeout_millis: '90026',
  duration_millis: '90027',
  timeout_secs: '90028',
  time_limit_secs: '90029',
  service_level: '90030',
  initial_timeout_millis: '90056',
  terminating_digit: '90007',
  valid_digits: '90008',
  channels: '90001',
  format: '90000',
  recording_track: '90059',
  record_timeout_secs: '90049',
}

/** What a schema's custom check may tell beside its message: the code, and whether the message is the detail. */
export interface CheckParams {
  readonly telnyx: ApiErrorCode
  readonly detail?: string
}

/**
 * Reads a body by a schema.
 *
 * @throws ApiError with a problem for each mistake, in the order of the schema
 */
export function read<Schema extends z.ZodType>(schema: Schema, body: unknown): z.output<Schema> {
  const parsed = schema.safeParse(body, { reportInput: true })
  if (parsed.success) return parsed.data
  const [first, ...rest] = parsed.error.issues.map((issue) => problemOf(issue, issue.path))
  throw new ApiError(first!, ...rest)
}

type Issue = z.core.$ZodIssue

function problemOf(issue: Issue, path: readonly PropertyKey[]): ApiProblem {
  const pointer = `/${path.map((step) => String(step).replaceAll('~', '~0').replaceAll('/', '~1')).join('/')}`
  const name = String(path.findLast((step) => typeof step === 'string') ?? 'body')
  const last = path.at(-1)
  if (issue.code === 'custom') {
    const { telnyx, detail } = (issue.params ?? {}) as Partial<CheckParams>
    return { code: isApiErrorCode(telnyx) ? telnyx : '10027', detail, pointer }
  }
  if (issue.code === 'invalid_union') return unionProblem(issue, path, name, pointer)
  if (issue.code === 'unrecognized_keys') return { code: '10032', detail: issue.message, pointer }
  if (isMissing(issue))
    return { code: '10004', detail: `The '${name}' parameter is required and cannot be blank.`, pointer }
  const own = typeof last === 'string' && path.length === 1 ? ownCodes[last] : undefined
  if (own) return { code: own, pointer }
  switch (issue.code) {
    case 'invalid_type':
      return { code: '10026', detail: typeDetail(name, issue.expected), pointer }
    case 'invalid_value':
      return {
        code: '10032',
        detail: `The value must be one of: ${issue.values.map(String).join(', ')}.`,
        pointer,
      }
    case 'too_small':
    case 'too_big':
      return issue.origin === 'string' || issue.origin === 'array'
        ? { code: '10025', detail: issue.message, pointer }
        : { code: '10033', detail: `The value is outside of allowed range ${issue.message}`, pointer }
    default:
      return {
        code: '10015',
        status: 422,
        title: `Invalid value for ${name}`,
        detail: issue.message,
        pointer,
      }
  }
}

/** Empty text of a parameter that must be there counts as absent. */
function isMissing(issue: Issue): boolean {
  if (issue.code === 'too_small') return issue.origin === 'string' && issue.input === ''
  return issue.input === undefined && (issue.code === 'invalid_type' || issue.code === 'invalid_value')
}

/** The problem of the form that fits best: the one that got furthest, or whose kind of value it is. */
function unionProblem(
  issue: Extract<Issue, { code: 'invalid_union' }>,
  path: readonly PropertyKey[],
  name: string,
  pointer: string,
): ApiProblem {
  if (issue.errors.length === 0) {
    const options = 'options' in issue && Array.isArray(issue.options) ? issue.options : []
    return { code: '10032', detail: `The value must be one of: ${options.map(String).join(', ')}.`, pointer }
  }
  if (issue.input === undefined) {
    return { code: '10004', detail: `The '${name}' parameter is required and cannot be blank.`, pointer }
  }
  const forms = issue.errors.map((form) => form[0]!)
  const best =
    forms.find((form) => form.path.length > 0) ??
    forms.find((form) => form.code !== 'invalid_type' && fits(form, issue.input))
  if (best) return problemOf(best, [...path, ...best.path])
  const last = path.at(-1)
  const own = typeof last === 'string' && path.length === 1 ? ownCodes[last] : undefined
  if (own) return { code: own, pointer }
  const types = forms.map((form) => (form.code === 'invalid_type' ? form.expected : 'string'))
  return { code: '10026', detail: typeDetail(name, [...new Set(types)].join("' or '")), pointer }
}

/** Whether a form refused the value itself and not its type: an enumeration is of strings. */
function fits(form: Issue, input: unknown): boolean {
  return form.code !== 'invalid_value' || form.values.some((value) => typeof value === typeof input)
}

function typeDetail(name: string, expected: string): string {
  const type = expected === 'int' ? 'integer' : expected === 'record' ? 'object' : expected
  return `The '${name}' parameter must be of type '${type}'`
}
