import { readFileSync } from 'node:fs'
import { messageOf, ParleyError } from '../../base/errors.js'

/** The text of a flow's file. @throws ParleyError `flow_invalid` where it cannot be read */
export function flowTextOf(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (thrown) {
    throw new ParleyError('flow_invalid', `${file} cannot be read: ${messageOf(thrown)}`)
  }
}
