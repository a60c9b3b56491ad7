import { type KeyboardEvent, type ReactNode, useEffect, useRef } from 'react'

export interface Tab {
  readonly id: string
  readonly label: string
  /** Shown beside the label. */
  readonly count?: number | undefined
  readonly alarming?: boolean
}

interface TabsProps {
  readonly label: string
  readonly tabs: readonly Tab[]
  readonly current: string
  readonly choose: (id: string) => void
  readonly children: ReactNode
}

/** Tabs as assistive technology knows them (ARIA Authoring Practices): arrows move, the panel follows. */
export function Tabs({ label, tabs, current, choose, children }: TabsProps) {
  const list = useRef<HTMLDivElement>(null)
  const move = (event: KeyboardEvent): void => {
    const at = tabs.findIndex(({ id }) => id === current)
    const steps: Record<string, number> = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: -1 }
    const to = steps[event.key]
    if (to === undefined) return
    event.preventDefault()
    const next = tabs.at(to % tabs.length)!
    choose(next.id)
    list.current?.querySelector<HTMLElement>(`#tab-${next.id}`)?.focus()
  }
  useEffect(() => {
    const { current: bar } = list
    const tab = bar?.querySelector<HTMLElement>(`#tab-${current}`)
    // On a narrow screen there is no room for all.
    if (bar && tab) bar.scrollLeft = tab.offsetLeft - (bar.clientWidth - tab.offsetWidth) / 2
  }, [current])
  return (
    <>
      <div className="tabs" role="tablist" aria-label={label} ref={list} onKeyDown={move}>
        {tabs.map(({ id, label: name, count, alarming }) => (
          <button
            key={id}
            id={`tab-${id}`}
            type="button"
            role="tab"
            aria-selected={id === current}
            aria-controls="panel"
            tabIndex={id === current ? 0 : -1}
            onClick={() => choose(id)}
          >
            {name}
            {count !== undefined && <span className={alarming ? 'count bad' : 'count'}>{count}</span>}
          </button>
        ))}
      </div>
      <div className="panel" role="tabpanel" id="panel" aria-labelledby={`tab-${current}`}>
        {children}
      </div>
    </>
  )
}
