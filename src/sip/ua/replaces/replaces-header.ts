import { splitOutside } from '../../tokens.js'
import { dialogKey } from '../dialog.js'

/** What a Replaces header names (RFC 3891 §6.1): a dialog, from the view of whoever receives it. */
export interface Replaces {
  /** @see dialogKey */
  readonly key: string
  /** Only a dialog that is not confirmed yet is to be replaced. */
  readonly earlyOnly: boolean
}

/** @returns undefined for what is no Replaces: one Call-ID, to-tag and from-tag, each once, are needed */
export function parseReplaces(text: string): Replaces | undefined {
  const [callId = '', ...params] = splitOutside(text, ';')
  const values = (name: string): string[] =>
    params.flatMap((param) => {
      const [key = '', value = ''] = param.split('=', 2)
      return key.trim().toLowerCase() === name ? [value.trim()] : []
    })
  const [toTag, ...moreTo] = values('to-tag')
  const [fromTag, ...moreFrom] = values('from-tag')
  if (!/^\S+$/.test(callId) || !toTag || !fromTag || moreTo.length + moreFrom.length > 0) return undefined
  // RFC 3891 §3: 0 stands for the tag that peers of RFC 2543 do not have.
  return {
    key: dialogKey(callId, toTag, fromTag === '0' ? '' : fromTag),
    earlyOnly: values('early-only').length > 0,
  }
}

/** The Replaces among the headers of a URI: of Refer-To. @param text what follows the `?` */
export function replacesOfUri(text: string): string | undefined {
  for (const field of text.split('&')) {
    const [name = '', value = ''] = field.split('=', 2)
    if (name.toLowerCase() !== 'replaces') continue
    try {
      return decodeURIComponent(value)
    } catch {
      return undefined
    }
  }
  return undefined
}
