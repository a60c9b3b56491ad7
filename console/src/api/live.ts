/** What is done with each kind of news. */
export type NewsHandlers = Readonly<Record<string, (data: never) => void>>

/** How the connection stands. */
export type LiveState = 'connecting' | 'open' | 'lost'

/**
 * Follows a stream of news until the returned function is called. A lost connection is taken up again by the browser, where
 * it was; `reset` among the handlers is told when that cannot be. While nobody looks at the page there is no connection:
 * browsers have six for all pages of one relay.
 *
 * @param after where to begin: what the stream takes as its query item `after`
 */
export function follow(
  url: string,
  after: string | undefined,
  handlers: NewsHandlers,
  changed: (state: LiveState) => void = () => {},
): () => void {
  let source: EventSource | undefined
  let last = after
  const open = (): void => {
    const from = last === undefined ? '' : `?${new URLSearchParams({ after: last })}`
    source = new EventSource(`${url}${from}`)
    changed('connecting')
    source.onopen = () => changed('open')
    source.onerror = () => changed('lost')
    for (const [name, handle] of Object.entries(handlers)) {
      source.addEventListener(name, (event) => {
        const { data, lastEventId } = event as MessageEvent
        if (lastEventId !== '') last = lastEventId
        handle(JSON.parse(data) as never)
      })
    }
  }
  const close = (): void => {
    source?.close()
    source = undefined
  }
  const looked = (): void => {
    if (document.visibilityState === 'hidden') close()
    else if (!source) open()
  }
  document.addEventListener('visibilitychange', looked)
  if (document.visibilityState === 'visible') open()
  return () => {
    document.removeEventListener('visibilitychange', looked)
    close()
  }
}
