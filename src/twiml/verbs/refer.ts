import type { ReferOutcome } from '../../sip/index.js'
import { textOf } from '../document/element.js'
import { method, optionalText } from '../document/fields.js'
import type { VerbKind } from '../running/verb.js'

export const referModel = { element: 'Refer', fields: { action: optionalText, method } }

/** `<Refer>`: asks the party's phone to call somebody else (SIP REFER). */
export const referVerb: VerbKind = {
  name: 'Refer',
  compile(element, reader) {
    const { action, method } = reader.attributes(element, referModel)
    const [sip] = reader.children(element, ['Sip'])
    if (!sip) {
      reader.warn(element, 'there is no <Sip> to refer to')
      return undefined
    }
    reader.attributes(sip, { element: 'Sip', fields: {} })
    const target = textOf(sip)
    if (!/^(sips?|tel):\S+$/i.test(target)) {
      reader.warn(sip, `"${target}" is no SIP URI`, 13243)
      return undefined
    }
    return {
      async execute(context) {
        await context.answer()
        return context.action(action, method, fieldsOf(await context.until(context.call.refer(target))))
      },
    }
  },
}

function fieldsOf({ status, notified }: ReferOutcome): Record<string, string> {
  return {
    ReferSipResponseCode: String(status),
    ...(notified !== undefined && {
      ReferCallStatus: callStatusOf(notified),
      NotifySipResponseCode: String(notified),
    }),
  }
}

/** How the call that the party was asked to make stands. @param status that the party was last told of it */
function callStatusOf(status: number): string {
  if (status < 200) return 'ringing'
  if (status < 300) return 'in-progress'
  if (status === 486 || status === 600) return 'busy'
  if (status === 408 || status === 480) return 'no-answer'
  return status === 487 ? 'canceled' : 'failed'
}
