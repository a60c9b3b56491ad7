/** What is done with each kind of news. */
export type NewsHandlers = Readonly<Record<string, (data: never) => void>>

/** How the connection stands. */
export type LiveState = 'connecting' | 'open' | 'lost'

/**
 * Follows a stream of news until the returned function is called. A lost connection is taken up again by the browser, where
 * it was; `reset` among the handlers is told when that cannot be.
 */
export function follow(
  url: string,
  handlers: NewsHandlers,
  changed: (state: LiveState) => void = () => {},
): () => void {
  const source = new EventSource(url)
  changed('connecting')
  source.onopen = () => changed('open')
  source.onerror = () => changed('lost')
  for (const [name, handle] of Object.entries(handlers)) {
    source.addEventListener(name, (event) => handle(JSON.parse((event as MessageEvent).data) as never))
  }
  return () => source.close()
}
