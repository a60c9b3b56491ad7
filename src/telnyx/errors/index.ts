export { ApiError, type ApiProblem, type ErrorEnvelope, refuse, unavailable } from './api-error.js'
export { type ApiErrorCode, catalogue, isApiErrorCode } from './catalogue.js'
export { type CheckParams, read } from './from-schema.js'
