import type { On } from './types.js'

/** Who hears of what. A handler that throws harms nobody else. */
export class Emitter<Events> {
  private readonly handlers = new Map<keyof Events, Set<(value: never) => void>>()

  readonly on: On<Events> = (name, handler) => {
    const all = this.handlers.get(name) ?? new Set()
    this.handlers.set(name, all.add(handler))
    return () => all.delete(handler)
  }

  emit<Name extends keyof Events>(name: Name, value: Events[Name]): void {
    for (const handler of [...(this.handlers.get(name) ?? [])]) {
      try {
        ;(handler as (value: Events[Name]) => void)(value)
      } catch (thrown) {
        reportError(thrown)
      }
    }
  }
}
