import type { Box } from '../../../src/studio/drawing/layout.js'

/**
 * Name of the widget that a key goes to: left and right through all of them in reading order, up and down to the nearest of
 * the next row. Undefined for other keys, and where there is none.
 */
export function boxTowards(boxes: readonly Box[], from: string, key: string): string | undefined {
  const at = boxes.findIndex(({ node }) => node.name === from)
  const box = boxes[at]
  if (!box) return undefined
  const nearest = (row: number | undefined) =>
    boxes
      .filter((other) => other.row === row)
      .sort((one, other) => Math.abs(one.x - box.x) - Math.abs(other.x - box.x))[0]
  switch (key) {
    case 'ArrowRight':
      return boxes[at + 1]?.node.name
    case 'ArrowLeft':
      return boxes[at - 1]?.node.name
    case 'ArrowDown':
      return nearest(boxes.find(({ row }) => row > box.row)?.row)?.node.name
    case 'ArrowUp':
      return nearest(boxes.findLast(({ row }) => row < box.row)?.row)?.node.name
    case 'Home':
      return boxes[0]?.node.name
    case 'End':
      return boxes.at(-1)?.node.name
    default:
      return undefined
  }
}
