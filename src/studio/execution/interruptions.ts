import type { ErrorCode } from '../../base/error-table.js'
import type { Fields } from './ports.js'

/** Thrown out of a widget whose call is over. */
export class CallOver extends Error {
  override readonly name = 'CallOver'

  /** @param fields what an action URL was told all the same */
  constructor(readonly fields: Fields) {
    super('the call is over')
  }
}

/** Thrown out of a widget that cannot do what it should: it takes its event of failure, where it has one. */
export class WidgetFailure extends Error {
  override readonly name = 'WidgetFailure'

  /** @param code what it is told as */
  constructor(
    message: string,
    readonly code: ErrorCode = 'flow_widget_failed',
  ) {
    super(message)
  }
}

/** Thrown out of a widget, and the reason of a signal, when the whole execution ends. */
export class ExecutionOver extends Error {
  override readonly name = 'ExecutionOver'

  /** Whether it may go on after a restart of the node: nothing is written down then. */
  readonly resumable: boolean
  /** Whether its call stays up, in other hands. */
  readonly leavesCall: boolean

  /** @param message why, for the records */
  constructor(message: string, { resumable = false, leavesCall = false } = {}) {
    super(message)
    this.resumable = resumable
    this.leavesCall = leavesCall
  }
}
