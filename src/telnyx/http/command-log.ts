import type { Clock } from '../../base/clock.js'
import { type CommandResults, commandWindowMs } from '../../store/index.js'

/** What a command was answered with. */
export type Answer = Readonly<Record<string, unknown>>

interface Entry {
  readonly at: number
  readonly answer: Promise<Answer>
}

/**
 * Lets a command act once, however often it is sent within a minute: what is sent again is answered as the first was,
 * also while that is under way, and after a restart. A command that was refused did nothing, and is tried again.
 */
export class CommandLog {
  private readonly entries = new Map<string, Entry>()

  private constructor(
    private readonly records: Pick<CommandResults, 'add' | 'list'>,
    private readonly clock: Clock,
  ) {}

  /** @throws ParleyError `store_failed` */
  static async load(records: Pick<CommandResults, 'add' | 'list'>, clock: Clock): Promise<CommandLog> {
    const log = new CommandLog(records, clock)
    for (const { callControlId, commandId, result, createdAt } of await records.list({
      createdFrom: clock.now() - commandWindowMs,
    })) {
      log.entries.set(keyOf(callControlId, commandId), {
        at: createdAt,
        answer: Promise.resolve(result as Answer),
      })
    }
    return log
  }

  /**
   * @param callControlId '' for commands that make a call
   * @param commandId undefined: the command acts whenever it is sent
   * @throws whatever `act` throws
   */
  once(callControlId: string, commandId: string | undefined, act: () => Promise<Answer>): Promise<Answer> {
    if (commandId === undefined) return act()
    const now = this.clock.now()
    this.forget(now - commandWindowMs)
    const key = keyOf(callControlId, commandId)
    const known = this.entries.get(key)
    if (known) return known.answer
    const answer = act()
    const entry = { at: now, answer }
    this.entries.set(key, entry)
    answer.then(
      (result) => this.records.add({ callControlId, commandId, statusCode: 200, result, createdAt: now }),
      () => {
        if (this.entries.get(key) === entry) this.entries.delete(key)
      },
    )
    return answer
  }

  /** Entries stand in the order of their time. */
  private forget(before: number): void {
    for (const [key, { at }] of this.entries) {
      if (at >= before) return
      this.entries.delete(key)
    }
  }
}

function keyOf(callControlId: string, commandId: string): string {
  return JSON.stringify([callControlId, commandId])
}
