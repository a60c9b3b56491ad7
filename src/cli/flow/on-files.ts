import { writeFileSync } from 'node:fs'
import { ParleyError } from '../../base/errors.js'
import {
  checkFlow,
  definitionIn,
  drawMermaid,
  drawSvg,
  type FlowDefinition,
  type FlowProblem,
  flowTextOf,
  graphOf,
  type Taken,
  takenBy,
} from '../../studio/index.js'
import { withRecords } from '../with-records.js'

export interface DrawOptions {
  readonly format?: 'mermaid' | 'svg'
  readonly execution?: string
  readonly out?: string
  readonly data?: string
}

/** Prints what is amiss with a definition. @returns whether it can be run */
export function check(file: string, json: boolean): boolean {
  const { flow, problems, warnings } = checkFlow(definitionIn(file, flowTextOf(file)))
  if (json) console.log(JSON.stringify({ valid: flow !== undefined, problems, warnings }, null, 2))
  else for (const line of reportLines(file, problems, warnings)) console.log(line)
  return flow !== undefined
}

/**
 * Draws a definition, on standard output or into a file.
 *
 * @throws ParleyError `flow_invalid`, `execution_not_found`
 */
export async function draw(file: string, options: DrawOptions): Promise<void> {
  const graph = graphOf(valid(file))
  const taken = options.execution ? await takenIn(options.execution, options.data) : undefined
  const { format = options.out?.endsWith('.svg') ? 'svg' : 'mermaid' } = options
  const drawing = format === 'svg' ? drawSvg(graph, taken) : drawMermaid(graph, taken)
  if (options.out === undefined) process.stdout.write(drawing)
  else writeFileSync(options.out, drawing)
}

/** One line for each thing that is amiss, or one that nothing is. */
function reportLines(
  file: string,
  problems: readonly FlowProblem[],
  warnings: readonly FlowProblem[],
): string[] {
  return [
    ...problems.map(({ path, message }) => `${file} ${path}: ${message}`),
    ...warnings.map(({ path, message }) => `${file} ${path}: warning: ${message}`),
    ...(problems.length === 0 ? [`${file} is good.`] : []),
  ]
}

/** @throws ParleyError `flow_invalid` */
function valid(file: string): FlowDefinition {
  const { flow, problems } = checkFlow(definitionIn(file, flowTextOf(file)))
  if (!flow) throw new ParleyError('flow_invalid', reportLines(file, problems, []).join('\n'))
  return flow
}

/** @throws ParleyError `execution_not_found` */
async function takenIn(sid: string, dataDir: string | undefined): Promise<Taken> {
  const steps = await withRecords(dataDir, ({ flowRuns }) => flowRuns.steps(sid))
  if (steps.length === 0) {
    throw new ParleyError('execution_not_found', `There are no steps of an execution ${sid} in the records.`)
  }
  return takenBy(steps)
}
