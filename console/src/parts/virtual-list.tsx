import { useVirtualizer } from '@tanstack/react-virtual'
import { type ReactNode, useCallback, useEffect, useRef, useState } from 'react'

/** How a row is opened, where rows can be. */
export interface Opening {
  readonly open: boolean
  readonly toggle: (open: boolean) => void
}

interface VirtualListProps<Item> {
  readonly label: string
  readonly items: readonly Item[]
  readonly keyOf: (item: Item) => string
  readonly row: (item: Item, opening: Opening) => ReactNode
  /** Pixels of a row that nobody has seen yet. */
  readonly estimate?: number
  /** Rows are as high as estimated unless they are opened: they need not be measured, which is most of the work. */
  readonly fixed?: boolean
  /** Keeps the newest in view, as long as the reader has not scrolled away from it. */
  readonly stick?: boolean
}

/** Rows beyond what is in view, on either side. */
const overscan = 8

/** A list of any length: only what is in view is there. */
export function VirtualList<Item>({
  label,
  items,
  keyOf,
  row,
  estimate = 36,
  fixed = false,
  stick = false,
}: VirtualListProps<Item>) {
  const frame = useRef<HTMLDivElement>(null)
  const atEnd = useRef(true)
  const [opened, setOpened] = useState<ReadonlySet<string>>(new Set())
  // One function for as long as the rows are these: another would have the places of all rows reckoned anew.
  const keys = useRef(keyOf)
  keys.current = keyOf
  const getItemKey = useCallback((index: number) => keys.current(items[index]!), [items])
  const estimateSize = useCallback(() => estimate, [estimate])
  const list = useVirtualizer({
    count: items.length,
    getScrollElement: () => frame.current,
    estimateSize,
    getItemKey,
    overscan,
  })
  const shown = list.getVirtualItems()
  const slots = useRef(0)
  slots.current = Math.max(slots.current, shown.length)

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
  const toggle = (key: string, open: boolean): void => {
    if (opened.has(key) === open) return
    const changed = new Set(opened)
    if (open) changed.add(key)
    else changed.delete(key)
    setOpened(changed)
  }
  // What was opened or closed has its height once it is drawn.
  // biome-ignore lint/correctness/useExhaustiveDependencies: that is when
  useEffect(() => {
    if (fixed) for (const row of frame.current?.querySelectorAll<HTMLElement>('li') ?? []) measure(row)
  }, [fixed, opened, measure])

  const onScroll = (): void => {
    const { current } = frame
    if (current && stick) atEnd.current = current.scrollTop + current.clientHeight > list.getTotalSize() - 80
  }
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by keyboard
    <section className="scroll" ref={frame} aria-label={label} tabIndex={0} onScroll={onScroll}>
      <ul className="virtual" style={{ height: list.getTotalSize() }}>
        {shown.map(({ index, key, start }) => (
          <li
            // Rows that need not be measured take the places of those that went out of view: none is made or removed.
            key={fixed ? index % slots.current : key}
            data-index={index}
            ref={fixed ? undefined : list.measureElement}
            style={{ transform: `translateY(${start}px)` }}
            aria-setsize={items.length}
            aria-posinset={index + 1}
          >
            {row(items[index]!, {
              open: opened.has(String(key)),
              toggle: (open) => toggle(String(key), open),
            })}
          </li>
        ))}
      </ul>
    </section>
  )
}
