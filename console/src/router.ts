import { useSyncExternalStore } from 'react'

/** Where the reader is: the page, and what it shows. */
export interface Place {
  readonly page: string
  readonly id: string
  readonly query: URLSearchParams
}

/** `#/calls/CA1?tab=sip` is page `calls`, id `CA1`. */
export function placeOf(hash: string): Place {
  const [path = '', search = ''] = hash.replace(/^#\/?/, '').split('?')
  const [page = '', ...rest] = path.split('/')
  return { page: page || 'calls', id: decodeURIComponent(rest.join('/')), query: new URLSearchParams(search) }
}

export function usePlace(): Place {
  const hash = useSyncExternalStore(
    (changed) => {
      window.addEventListener('hashchange', changed)
      return () => window.removeEventListener('hashchange', changed)
    },
    () => location.hash,
  )
  return placeOf(hash)
}

export function go(hash: string, { replace = false } = {}): void {
  if (!replace) {
    location.hash = hash
    return
  }
  history.replaceState(null, '', hash)
  window.dispatchEvent(new HashChangeEvent('hashchange'))
}
