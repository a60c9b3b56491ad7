/** Whether new calls are welcome, and why not. */
export interface ReadinessReport {
  readonly ready: boolean
  readonly state: 'starting' | 'ready' | 'draining'
  readonly reason: string
}

/** The node's life as `/readyz` tells it: starting, then ready, then draining. */
export class Readiness {
  private current: ReadinessReport = { ready: false, state: 'starting', reason: 'Still starting.' }

  get report(): ReadinessReport {
    return this.current
  }

  started(): void {
    this.current = { ready: true, state: 'ready', reason: 'Taking calls.' }
  }

  /** @param reason for people, such as 'SIGTERM received; live calls are finishing.' */
  draining(reason: string): void {
    this.current = { ready: false, state: 'draining', reason }
  }
}
