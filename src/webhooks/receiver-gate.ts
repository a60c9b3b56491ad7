interface Receiver {
  inside: number
  readonly waiting: (() => void)[]
}

/** Scheme, host and port of a URL: who receives what is sent there. '' for what is no URL. */
export function receiverOf(url: string): string {
  return URL.canParse(url) ? new URL(url).origin : ''
}

/** Bounds the requests to one receiver at a time; those of others are not its concern. First come, first served. */
export class ReceiverGate {
  private readonly receivers = new Map<string, Receiver>()

  constructor(private readonly perReceiver: number) {}

  /** Resolves when there is room. Each entry is followed by one `leave`. */
  enter(name: string): Promise<void> {
    let receiver = this.receivers.get(name)
    if (!receiver) {
      receiver = { inside: 0, waiting: [] }
      this.receivers.set(name, receiver)
    }
    if (receiver.inside < this.perReceiver) {
      receiver.inside++
      return Promise.resolve()
    }
    const { waiting } = receiver
    return new Promise((resolve) => waiting.push(resolve))
  }

  leave(name: string): void {
    const receiver = this.receivers.get(name)
    if (!receiver) return
    const next = receiver.waiting.shift()
    if (next) return next()
    if (--receiver.inside === 0) this.receivers.delete(name)
  }
}
