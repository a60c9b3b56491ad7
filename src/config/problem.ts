import { ParleyError } from '../base/errors.js'

/** Where a value was written: the file, with its line, or a variable of the environment. */
export interface Origin {
  readonly name: string
  /** Counted from 1. */
  readonly line?: number
}

/** One mistake in the configuration. */
export interface ConfigProblem {
  readonly where: Origin
  /** `routes[0].relay.url`; '' for the file as a whole. */
  readonly path: string
  /** What is wrong there, and what would be right. */
  readonly problem: string
}

/** The configuration cannot be used; lists everything that is wrong with it, a line each. */
export class ConfigError extends ParleyError {
  constructor(readonly problems: readonly ConfigProblem[]) {
    super('config_invalid', problems.map(sentence).join('\n'))
  }
}

/** `routes[0].relay.url` */
export function pathText(path: readonly PropertyKey[]): string {
  return path
    .map((step, i) => (typeof step === 'number' ? `[${step}]` : `${i > 0 ? '.' : ''}${String(step)}`))
    .join('')
}

/** `parley.yaml:7: http.port is …` */
function sentence({ where, path, problem }: ConfigProblem): string {
  const place = where.line === undefined ? where.name : `${where.name}:${where.line}`
  return `${place}: ${path}${path === '' ? '' : ' '}${problem}`
}
