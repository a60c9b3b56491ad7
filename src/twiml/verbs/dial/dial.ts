import type { VerbKind } from '../../running/verb.js'
import { dialConference, readConference } from './conference.js'
import { dialParties } from './dial-parties.js'
import { partiesIn, partyNames } from './parties.js'
import { dialQueue, readQueue } from './queue.js'
import { dialModel } from './request.js'

const nouns = [...partyNames, 'Conference', 'Queue'] as const

/** `<Dial>`: joins the call with people, a conference or a queue. */
export const dialVerb: VerbKind = {
  name: 'Dial',
  compile(element, reader) {
    const request = reader.attributes(element, dialModel)
    const children = reader.children(element, nouns, 13215)
    const [first] = children
    if (first?.name === 'Conference') {
      const conference = readConference(first, reader)
      return conference && { execute: (context) => dialConference(context, conference, request) }
    }
    if (first?.name === 'Queue') {
      const queue = readQueue(first, reader)
      return queue && { execute: (context) => dialQueue(context, queue, request) }
    }
    const parties = partiesIn(element, children, reader)
    if (parties.length === 0) reader.warn(element, 'there is nobody to call', 13223)
    return { execute: (context) => dialParties(context, parties, request) }
  },
}
