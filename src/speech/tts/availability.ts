import { messageOf } from '../../base/errors.js'

/** Whether an engine can be used on this machine. */
export interface Availability {
  readonly available: boolean
  /** What was found, or what is wrong. */
  readonly detail: string
  /** Shell command that makes it available. */
  readonly fix?: string
}

/** Starts an engine to see whether it works, and closes it again. Never rejects. */
export async function availabilityOf(
  start: () => Promise<{ readonly name: string; close(): Promise<void> }>,
  fix: string,
): Promise<Availability> {
  try {
    const engine = await start()
    await engine.close()
    return { available: true, detail: `${engine.name} works` }
  } catch (thrown) {
    return { available: false, detail: messageOf(thrown), fix }
  }
}
