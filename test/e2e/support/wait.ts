/** Waits until `condition` holds. @throws Error naming `what` after `ms` */
export async function until(condition: () => boolean, what: string, ms = 20_000): Promise<void> {
  const end = Date.now() + ms
  while (!condition()) {
    if (Date.now() > end) throw new Error(`waited ${ms} ms for ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

/** As `until`, for a condition that has to ask somebody. */
export async function untilAsync(
  condition: () => Promise<boolean>,
  what: string,
  ms = 20_000,
  everyMs = 50,
): Promise<void> {
  const end = Date.now() + ms
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`waited ${ms} ms for ${what}`)
    await new Promise((resolve) => setTimeout(resolve, everyMs))
  }
}
