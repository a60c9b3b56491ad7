export type { Problem } from './document/problem.js'
export {
  DocumentFetcher,
  type DocumentFetcherOptions,
  type SignRequest,
} from './fetching/document-fetcher.js'
export type { DocumentRequest, FetchDocument, FetchedDocument } from './fetching/request.js'
export { twilioSignature } from './fetching/twilio-signature.js'
