/** Where conferences are mixed: in the thread of who came first, as long as anybody is there. */
export class ConferenceHomes<Shard> {
  private readonly homes = new Map<string, { readonly shard: Shard; readonly legs: Set<string> }>()
  private readonly names = new Map<string, string>()

  /** A leg joins. @returns the thread that mixes it: the leg's own when the conference is new */
  join(leg: string, name: string, own: Shard): Shard {
    this.leave(leg)
    const home = this.homes.get(name) ?? { shard: own, legs: new Set() }
    this.homes.set(name, home)
    home.legs.add(leg)
    this.names.set(leg, name)
    return home.shard
  }

  /** The thread that mixes what a leg is in. */
  of(leg: string): Shard | undefined {
    const name = this.names.get(leg)
    return name === undefined ? undefined : this.homes.get(name)?.shard
  }

  leave(leg: string): void {
    const name = this.names.get(leg)
    if (name === undefined) return
    this.names.delete(leg)
    const home = this.homes.get(name)
    home?.legs.delete(leg)
    if (home?.legs.size === 0) this.homes.delete(name)
  }

  /** A thread is gone, and what it mixed. */
  lost(shard: Shard): void {
    for (const home of [...this.homes.values()]) {
      if (home.shard === shard) for (const leg of [...home.legs]) this.leave(leg)
    }
  }
}
