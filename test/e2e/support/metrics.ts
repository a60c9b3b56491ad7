import type { TestRelay } from './relay.js'

/** One reading of a relay's /metrics. */
export interface Reading {
  /** A value by its name, with labels where it has some; 0 where it was never counted. */
  readonly get: (name: string) => number
  /** The sum over all labels. */
  readonly sum: (name: string) => number
}

export async function metrics(relay: TestRelay): Promise<Reading> {
  const text = await (await relay.get('/metrics')).text()
  const values = new Map(
    text
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line) => {
        const space = line.lastIndexOf(' ')
        return [line.slice(0, space), Number(line.slice(space + 1))]
      }),
  )
  return {
    get: (name) => values.get(name) ?? 0,
    sum: (name) =>
      [...values].reduce((sum, [key, value]) => (key.startsWith(`${name}{`) ? sum + value : sum), 0),
  }
}
