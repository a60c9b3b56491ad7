import type { CallControl } from '../../calls/index.js'
import {
  type Callback,
  type ProgressEvent,
  type ProgressServices,
  reportProgress,
} from '../../twiml/index.js'
import type { Method } from '../resources/voice.js'

/** Who is told what becomes of a call. */
export interface StatusWish {
  readonly url: string
  readonly method: Method
  readonly events: readonly ProgressEvent[]
}

/** Tells status call-backs; a later one for the same call takes the place of the one before. */
export class StatusReports {
  private readonly current = new WeakMap<CallControl, object>()

  constructor(private readonly services: ProgressServices) {}

  report(call: CallControl, wish: StatusWish, parameters: Readonly<Record<string, string>> = {}): void {
    const mark = {}
    this.current.set(call, mark)
    const notify = (callback: Callback): void => {
      if (this.current.get(call) === mark) this.services.notify(callback)
    }
    reportProgress(call, { ...wish, parameters }, { ...this.services, notify })
  }
}
