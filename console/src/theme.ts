import { useSyncExternalStore } from 'react'

export type Theme = 'auto' | 'dark' | 'light'

const key = 'parley-theme'
const listeners = new Set<() => void>()

/** What the reader chose; the system's choice unless told. */
function chosen(): Theme {
  const kept = localStorage.getItem(key)
  return kept === 'dark' || kept === 'light' ? kept : 'auto'
}

export function applyTheme(theme: Theme = chosen()): void {
  if (theme === 'auto') localStorage.removeItem(key)
  else localStorage.setItem(key, theme)
  document.documentElement.dataset['theme'] = theme
  for (const listener of listeners) listener()
}

export function useTheme(): Theme {
  return useSyncExternalStore(subscribe, chosen)
}

/** Changes with the colours, whoever changed them: what is drawn on a canvas has to be drawn anew. */
export function useColours(): string {
  return useSyncExternalStore(subscribe, () => `${chosen()} ${system.matches}`)
}

/** The colour that a custom property of the style sheet is now. */
export function colour(name: string): string {
  const probe = document.createElement('i')
  probe.style.color = `var(${name})`
  document.body.append(probe)
  const { color } = getComputedStyle(probe)
  probe.remove()
  return color
}

const system = window.matchMedia('(prefers-color-scheme: dark)')

function subscribe(changed: () => void): () => void {
  listeners.add(changed)
  system.addEventListener('change', changed)
  return () => {
    listeners.delete(changed)
    system.removeEventListener('change', changed)
  }
}
