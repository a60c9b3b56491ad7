import type { TwimlElement } from '../document/element.js'
import type { Reader } from '../document/reader.js'
import type { DocumentRequest } from '../fetching/request.js'
import type { VerbContext } from './context.js'

/** What follows a verb. */
export type Next =
  /** The next one of the document. */
  | { readonly kind: 'next' }
  /** Another document in place of this one. */
  | { readonly kind: 'document'; readonly request: DocumentRequest }
  /** Nothing: the verb has ended the call. */
  | { readonly kind: 'hung-up' }
  /** `<Leave>`: the queue's wait document is over, and with it the waiting. */
  | { readonly kind: 'left' }

export const next: Next = { kind: 'next' }

/** An instruction, read and checked. */
export interface Verb {
  readonly name: string
  readonly line: number
  /**
   * Waits until the verb is done. A verb that is interrupted cleans up after itself and lets `Interrupted` pass; one
   * whose action URL is told of the call's end catches it and gives the request back: it is made, its answer unused.
   */
  execute(context: VerbContext): Promise<Next>
}

/** How a verb is read. */
export interface VerbKind {
  readonly name: string
  /** Undefined when nothing is left of it; the reader has been told why. */
  compile(element: TwimlElement, reader: Reader): Omit<Verb, 'name' | 'line'> | undefined
}
