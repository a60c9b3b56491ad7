/** Something with a beginning and an end, and who waits for them. Neither promise ever rejects. */
export class Activity<End> {
  readonly handle: { readonly id: string; readonly started: Promise<void>; readonly ended: Promise<End> }
  started!: () => void
  private resolveEnd!: (end: End) => void

  constructor(id: string) {
    const started = new Promise<void>((resolve) => {
      this.started = resolve
    })
    const ended = new Promise<End>((resolve) => {
      this.resolveEnd = resolve
    })
    this.handle = { id, started, ended }
  }

  over(end: End): void {
    this.started()
    this.resolveEnd(end)
  }
}
