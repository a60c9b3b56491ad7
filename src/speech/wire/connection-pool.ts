import type { Clock } from '../../base/clock.js'
import type { SpeakRequest } from '../engine.js'
import { SpeechConnection } from './speech-connection.js'
import type { SpeechAddress, TtsWire } from './tts-wire.js'

export interface ConnectionPoolOptions {
  readonly clock: Clock
  readonly connectTimeoutMs: number
  readonly secrets: readonly string[]
}

/** The connections to one vendor: kept warm between utterances, opened anew where all are taken. */
export class ConnectionPool {
  private readonly connections = new Set<SpeechConnection>()
  private closed = false

  constructor(
    private readonly wire: TtsWire,
    private readonly options: ConnectionPoolOptions,
  ) {}

  /** A connection with room for an utterance. @param fresh not one that spoke before */
  take(request: SpeakRequest, fresh = false): SpeechConnection {
    const address = this.wire.address(request)
    const connection = this.find(address, fresh) ?? this.open(address, request)
    // One that serves no other utterance soon leaves none behind for the next.
    queueMicrotask(() => {
      if (!this.wire.reuse || connection.isSpent) this.prepare(request)
    })
    return connection
  }

  /** Opens a connection ahead of its use. */
  prepare(request: SpeakRequest): void {
    if (this.closed) return
    const address = this.wire.address(request)
    if (!this.find(address, false)) this.open(address, request)
  }

  close(): void {
    this.closed = true
    for (const connection of [...this.connections]) connection.close()
  }

  private find(address: SpeechAddress, fresh: boolean): SpeechConnection | undefined {
    for (const connection of this.connections) {
      if (connection.hasRoom && !(fresh && connection.isUsed) && isSame(connection.address, address))
        return connection
    }
    return undefined
  }

  private open(address: SpeechAddress, request: SpeakRequest): SpeechConnection {
    const connection = new SpeechConnection(this.wire, address, request, {
      ...this.options,
      gone: (gone) => this.connections.delete(gone),
    })
    this.connections.add(connection)
    return connection
  }
}

function isSame(one: SpeechAddress, other: SpeechAddress): boolean {
  return one.url === other.url && one.flavour === other.flavour
}
