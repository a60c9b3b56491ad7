import { method, optionalText } from '../../document/fields.js'
import type { VerbContext } from '../../running/context.js'
import type { Next, VerbKind } from '../../running/verb.js'
import { relayNoun } from './conversation-relay.js'
import { streamNoun } from './stream.js'

/** What a call is connected with, until it is over. */
export interface ConnectNoun {
  /** @returns fields of the request to the action URL */
  execute(context: VerbContext): Promise<Readonly<Record<string, string>>>
}

export const connectModel = { element: 'Connect', fields: { action: optionalText, method } }

const nouns = { ConversationRelay: relayNoun, Stream: streamNoun } as const
const names = Object.keys(nouns) as (keyof typeof nouns)[]

/** `<Connect>`: one of `<ConversationRelay>` and `<Stream>`; what follows waits until it is over. */
export const connectVerb: VerbKind = {
  name: 'Connect',
  compile(element, reader) {
    const { action, method } = reader.attributes(element, connectModel)
    const [child, ...more] = reader.children(element, names)
    if (!child) {
      reader.warn(element, 'there is nothing to connect to')
      return undefined
    }
    for (const other of more) reader.warn(other, 'only one can be connected to; it is skipped')
    const noun = nouns[child.name as keyof typeof nouns](child, reader)
    return {
      async execute(context): Promise<Next> {
        return context.action(action, method, await noun.execute(context))
      },
    }
  },
}
