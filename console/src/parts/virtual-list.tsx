import { useVirtualizer } from '@tanstack/react-virtual'
import { type ReactNode, useEffect, useRef } from 'react'

interface VirtualListProps<Item> {
  readonly label: string
  readonly items: readonly Item[]
  readonly keyOf: (item: Item) => string
  readonly row: (item: Item, index: number) => ReactNode
  /** Pixels of a row that nobody has seen yet. */
  readonly estimate?: number
  /** Keeps the newest in view, as long as the reader has not scrolled away from it. */
  readonly stick?: boolean
}

/** A list of any length: only what is in view is there. */
export function VirtualList<Item>({
  label,
  items,
  keyOf,
  row,
  estimate = 36,
  stick,
}: VirtualListProps<Item>) {
  const frame = useRef<HTMLDivElement>(null)
  const atEnd = useRef(true)
  const list = useVirtualizer({
    count: items.length,
    getScrollElement: () => frame.current,
    estimateSize: () => estimate,
    getItemKey: (index) => keyOf(items[index]!),
    overscan: 12,
  })
  const last = items.length - 1
  useEffect(() => {
    if (stick && atEnd.current && last >= 0) list.scrollToIndex(last, { align: 'end' })
  }, [stick, last, list])
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by keyboard
    <section className="scroll" ref={frame} aria-label={label} tabIndex={0} onScroll={onScroll}>
      <ul className="virtual" style={{ height: list.getTotalSize() }}>
        {list.getVirtualItems().map(({ index, key, start }) => (
          <li
            key={key}
            data-index={index}
            ref={list.measureElement}
            style={{ transform: `translateY(${start}px)` }}
            aria-setsize={items.length}
            aria-posinset={index + 1}
          >
            {row(items[index]!, index)}
          </li>
        ))}
      </ul>
    </section>
  )

  function onScroll(): void {
    const { current } = frame
    if (current) atEnd.current = current.scrollTop + current.clientHeight > current.scrollHeight - 80
  }
}
