import { textOf } from '../document/element.js'
import { choice, method } from '../document/fields.js'
import type { VerbKind } from '../running/verb.js'

/** `<Hangup>`. */
export const hangupVerb: VerbKind = {
  name: 'Hangup',
  compile(element, reader) {
    reader.attributes(element, { element: 'Hangup', fields: {} })
    return {
      async execute({ call }) {
        call.hangup('Hangup')
        return { kind: 'hung-up' }
      },
    }
  },
}

export const rejectModel = {
  element: 'Reject',
  fields: { reason: choice(['rejected', 'busy'], 'rejected') },
}

/** `<Reject>`: refuses a call that rings: busy, or 603 (RFC 3261 §21.6.2). One that is answered is hung up. */
export const rejectVerb: VerbKind = {
  name: 'Reject',
  compile(element, reader) {
    const { reason } = reader.attributes(element, rejectModel)
    return {
      async execute({ call }) {
        if (call.state === 'answered') call.hangup('Reject')
        else call.reject(reason === 'busy' ? 486 : 603, `Reject: ${reason}`)
        return { kind: 'hung-up' }
      },
    }
  },
}

export const redirectModel = { element: 'Redirect', fields: { method }, numbers: { method: 13710 } }

/** `<Redirect>`: another document, or with nothing in it this one again. */
export const redirectVerb: VerbKind = {
  name: 'Redirect',
  compile(element, reader) {
    const { method } = reader.attributes(element, redirectModel)
    const url = textOf(element)
    return {
      async execute(context) {
        return context.action(url, method)
      },
    }
  },
}

/** `<Leave>`: ends the waiting in a queue. */
export const leaveVerb: VerbKind = {
  name: 'Leave',
  compile(element, reader) {
    reader.attributes(element, { element: 'Leave', fields: {} })
    return {
      async execute() {
        return { kind: 'left' }
      },
    }
  },
}
