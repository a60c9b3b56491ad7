import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from 'react'
import { labelText, sizes } from '../../../../src/studio/drawing/layers.js'
import { type Arrow, type Box, drawingOf } from '../../../../src/studio/drawing/layout.js'
import type { Graph } from '../../api/flow-types.js'
import { text } from '../../messages.js'
import { boxTowards } from '../../model/flow-moves.js'
import type { Way } from '../../model/flow-run.js'

interface FlowGraphProps {
  readonly graph: Graph
  /** What the chosen execution took. */
  readonly way: Way
  /** How many executions are at each widget now. */
  readonly here: ReadonlyMap<string, number>
  /** Name of the chosen widget. */
  readonly chosen: string
  readonly choose: (name: string) => void
}

/** A flow as a picture. One widget is in the order of tabs; arrow keys go to the others. */
export function FlowGraph({ graph, way, here, chosen, choose }: FlowGraphProps) {
  const { width, height, boxes, arrows } = useMemo(() => drawingOf(graph), [graph])
  const frame = useRef<HTMLDivElement>(null)
  const [focused, setFocused] = useState('')
  const stop = boxes.some(({ node }) => node.name === focused) ? focused : boxes[0]?.node.name

  const position = here.size === 1 ? [...here.keys()][0] : undefined
  const current = boxes.find(({ node }) => node.name === position)
  useEffect(() => {
    if (current) frame.current?.scrollTo(scrolledTo(current, frame.current))
  }, [current])

  const move = (event: KeyboardEvent): void => {
    const target = boxTowards(boxes, stop ?? '', event.key)
    if (!target) return
    event.preventDefault()
    setFocused(target)
    frame.current?.querySelector<HTMLElement>(`[data-widget="${CSS.escape(target)}"]`)?.focus()
  }
  return (
    <div className="flow-frame" ref={frame}>
      {/* biome-ignore lint/a11y/useSemanticElements: a picture is no fieldset */}
      <svg
        width={width}
        height={height}
        viewBox={`0 0 ${width} ${height}`}
        role="group"
        aria-label={text.flows.graph}
        onKeyDown={move}
      >
        <defs>
          {(['tip', 'tip-taken'] as const).map((id) => (
            <marker
              key={id}
              id={id}
              viewBox="0 0 8 8"
              refX="7"
              refY="4"
              markerWidth="10"
              markerHeight="10"
              markerUnits="userSpaceOnUse"
              orient="auto"
            >
              <path className={id} d="M0 0L8 4L0 8z" />
            </marker>
          ))}
        </defs>
        {arrows.map((arrow) => (
          <Line key={arrow.edges[0]!.key + arrow.edges[0]!.label} arrow={arrow} way={way} />
        ))}
        {boxes.map((box) => (
          <Widget
            key={box.node.name}
            box={box}
            visits={way.visits.get(box.node.name) ?? 0}
            here={here.get(box.node.name) ?? 0}
            chosen={box.node.name === chosen}
            reachable={box.node.name === stop}
            choose={() => {
              setFocused(box.node.name)
              choose(box.node.name === chosen ? '' : box.node.name)
            }}
          />
        ))}
      </svg>
    </div>
  )
}

function Line({ arrow, way }: { readonly arrow: Arrow; readonly way: Way }) {
  const { edges, path, label } = arrow
  const taken = edges.some(({ key }) => way.edges.has(key))
  return (
    <g>
      <path
        className={taken ? 'edge taken' : 'edge'}
        d={path}
        markerEnd={`url(#${taken ? 'tip-taken' : 'tip'})`}
      />
      {edges.map((edge, i) => (
        <text
          key={`${edge.key} ${edge.label}`}
          className={way.edges.has(edge.key) ? 'taken' : undefined}
          x={label.x}
          y={label.y + i * sizes.line}
          textAnchor="middle"
          dominantBaseline="central"
        >
          {labelText(edge)}
          <title>{edge.label}</title>
        </text>
      ))}
    </g>
  )
}

interface WidgetProps {
  readonly box: Box
  readonly visits: number
  readonly here: number
  readonly chosen: boolean
  readonly reachable: boolean
  readonly choose: () => void
}

function Widget({ box, visits, here, chosen, reachable, choose }: WidgetProps) {
  const { node, x, y } = box
  const look = ['node', node.initial && 'initial', visits > 0 && 'taken', here > 0 && 'here']
  return (
    <foreignObject x={x} y={y} width={sizes.width} height={sizes.height}>
      <button
        type="button"
        className={look.filter(Boolean).join(' ')}
        aria-pressed={chosen}
        aria-current={here > 0 ? 'step' : undefined}
        tabIndex={reachable ? 0 : -1}
        data-widget={node.name}
        onClick={choose}
      >
        <strong>{node.name}</strong>
        <small>
          {visits > 1 && <span aria-hidden="true">{text.flows.times(visits)}</span>}
          {node.type}
        </small>
        {visits > 0 && <span className="hidden"> {text.flows.visits(visits)}</span>}
        {here > 0 && <span className="hidden"> {text.flows.here(here)}</span>}
        {here > 1 && (
          <span className="crowd" aria-hidden="true">
            {here}
          </span>
        )}
      </button>
    </foreignObject>
  )
}

/** Where a frame has to be scrolled to for a box to be in its middle. */
function scrolledTo({ x, y }: Box, { clientWidth, clientHeight }: HTMLElement): ScrollToOptions {
  const calm = matchMedia('(prefers-reduced-motion: reduce)').matches
  return {
    left: x + (sizes.width - clientWidth) / 2,
    top: y + (sizes.height - clientHeight) / 2,
    behavior: calm ? 'instant' : 'smooth',
  }
}
