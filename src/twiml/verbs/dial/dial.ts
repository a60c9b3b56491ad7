import type { VerbKind } from '../../running/verb.js'
import { dialParties } from './dial-parties.js'
import { partiesIn, partyNames } from './parties.js'
import { dialModel } from './request.js'

/** `<Dial>`: joins the call with people, a conference or a queue. */
export const dialVerb: VerbKind = {
  name: 'Dial',
  compile(element, reader) {
    const request = reader.attributes(element, dialModel)
    const children = reader.children(element, partyNames, 13215)
    const parties = partiesIn(element, children, reader)
    if (parties.length === 0) {
      reader.warn(element, 'there is nobody to call', 13223)
    }
    return { execute: (context) => dialParties(context, parties, request) }
  },
}
