import { createHash } from 'node:crypto'
import { basename } from 'node:path'
import { ParleyError } from '../../base/errors.js'
import { checkFlow } from '../definition/check-flow.js'
import type { ConfiguredFlow } from './flow.js'

/** A flow as the configuration names it. */
export interface FlowEntry {
  readonly file: string
  readonly sid?: string | undefined
  readonly friendlyName?: string | undefined
  readonly numbers: readonly string[]
}

/** Problems that one message names; the rest are counted. */
const MOST_NAMED = 10

/**
 * Reads a flow of the configuration.
 *
 * @throws ParleyError `flow_invalid` naming the file and every place
 */
export function readFlowFile({ file, sid, friendlyName, numbers }: FlowEntry, text: string): ConfiguredFlow {
  const definition = definitionIn(file, text)
  const { flow, problems } = checkFlow(definition)
  if (!flow) {
    const named = problems.slice(0, MOST_NAMED).map(({ path, message }) => `\n  ${path} ${message}`)
    const more = problems.length > MOST_NAMED ? `\n  and ${problems.length - MOST_NAMED} more` : ''
    throw new ParleyError('flow_invalid', `${file}:${named.join('')}${more}`)
  }
  return {
    sid: sid ?? `FW${createHash('sha256').update(basename(file)).digest('hex').slice(0, 32)}`,
    friendlyName: friendlyName ?? (flow.description || basename(file)),
    definition,
    numbers,
  }
}

/** The JSON of a flow's file. @throws ParleyError `flow_invalid` */
export function definitionIn(file: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (thrown) {
    throw new ParleyError('flow_invalid', `${file} is no JSON: ${(thrown as Error).message}`)
  }
}
