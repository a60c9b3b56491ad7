import { useVirtualizer } from '@tanstack/react-virtual'
import { type ReactNode, useCallback, useEffect, useRef } from 'react'

interface VirtualListProps<Item> {
  readonly label: string
  readonly items: readonly Item[]
  readonly keyOf: (item: Item) => string
  readonly row: (item: Item, index: number) => ReactNode
  /** Pixels of a row that nobody has seen yet. */
  readonly estimate?: number
  /** Rows are as high as estimated unless they are opened: they need not be measured, which is most of the work. */
  readonly fixed?: boolean
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
  fixed = false,
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
  const measure = useCallback(
    (row: HTMLElement | null): void => {
      if (row) list.resizeItem(Number(row.dataset['index']), Math.max(estimate, row.offsetHeight))
    },
    [list, estimate],
  )
  useEffect(() => {
    const { current } = frame
    // Its content is there with the next frame.
    const toggled = ({ target }: Event): void => {
      const row = (target as HTMLElement).closest<HTMLElement>('li[data-index]')
      requestAnimationFrame(() => measure(row))
    }
    if (fixed) current?.addEventListener('toggle', toggled, true)
    return () => current?.removeEventListener('toggle', toggled, true)
  }, [fixed, measure])
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by keyboard
    <section className="scroll" ref={frame} aria-label={label} tabIndex={0} onScroll={onScroll}>
      <ul className="virtual" style={{ height: list.getTotalSize() }}>
        {list.getVirtualItems().map(({ index, key, start, size }) => (
          <li
            key={key}
            data-index={index}
            ref={fixed ? (size === estimate ? undefined : measure) : list.measureElement}
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
