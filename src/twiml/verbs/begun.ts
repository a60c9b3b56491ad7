interface Begun {
  readonly started: Promise<void>
  readonly ended: Promise<unknown>
}

/** Whether an activity began. One that ends without beginning settles both promises at once. */
export async function begun({ started, ended }: Begun): Promise<boolean> {
  let over = false
  ended.then(() => {
    over = true
  })
  await started
  await Promise.resolve()
  return !over
}
