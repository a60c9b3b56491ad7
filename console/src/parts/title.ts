import { useEffect } from 'react'
import { text } from '../messages.js'

let page = ''
let alarm: string | undefined

function show(): void {
  document.title = alarm ?? (page === '' ? text.name : `${page} · ${text.name}`)
}

/** Names the page, in tabs, in the history, and to screen readers. */
export function useTitle(title: string): void {
  useEffect(() => {
    page = title
    show()
  }, [title])
}

/** Stands in place of the page's name for as long as it is something. */
export function useAlarm(words: string | undefined): void {
  useEffect(() => {
    alarm = words
    show()
    return () => {
      alarm = undefined
      show()
    }
  }, [words])
}
