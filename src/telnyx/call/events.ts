import type { Payload } from '../webhooks/payloads.js'

/** Tells a call's events by webhook, with what every event of it tells. */
export type Publish = (event: string, payload?: Payload) => void

/** Lets what was settled at the same moment be heard first. */
export const nextTurn = (): void => {}
