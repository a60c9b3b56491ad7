import { Liquid, LiquidError } from 'liquidjs'
import { messageOf } from '../../base/errors.js'

/** Longest template, in characters, and what one may use while it is rendered: ms, and units of liquidjs (about bytes). */
const limits = { parseLimit: 200_000, renderLimit: 500, memoryLimit: 20_000_000 }

/** A template that cannot be read or rendered. */
export class TemplateError extends Error {
  override readonly name = 'TemplateError'

  constructor(
    message: string,
    /** From 1, within the template. */
    readonly line: number,
  ) {
    super(message)
  }
}

/** Variables missing are empty, filters missing are errors; nothing is read from disk, nothing is inherited. */
const engine = new Liquid({
  ...limits,
  strictFilters: true,
  strictVariables: false,
  ownPropertyOnly: true,
  templates: {},
  relativeReference: false,
  timezoneOffset: 0,
  outputEscape: written,
})
engine.registerFilter('to_json', (value: unknown) => JSON.stringify(value ?? null))

/** @throws TemplateError */
export function render(template: string, variables: object): string {
  if (!template.includes('{')) return template
  try {
    return String(engine.parseAndRenderSync(template, variables))
  } catch (thrown) {
    throw templateError(thrown)
  }
}

/** What is wrong with a template before any variable is known; undefined for nothing. */
export function templateProblem(template: string): TemplateError | undefined {
  if (!template.includes('{')) return undefined
  try {
    engine.parse(template)
    return undefined
  } catch (thrown) {
    return templateError(thrown)
  }
}

/** Objects and lists come out as JSON. */
function written(value: unknown): string {
  if (value === null || value === undefined) return ''
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

function templateError(thrown: unknown): TemplateError {
  if (!LiquidError.is(thrown)) return new TemplateError(messageOf(thrown), 1)
  const [line] = thrown.token.getPosition()
  const [message = ''] = thrown.message.split(/, line:|\n/)
  return new TemplateError(message, line ?? 1)
}
