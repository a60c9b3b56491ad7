import type { SrvRecord } from './dns.js'

/**
 * The order in which targets are to be tried (RFC 2782): lower priorities first; among equals each next one by chance,
 * its weight against the sum of those left, with those of weight 0 last in line.
 * @param random 0 up to but not 1
 */
export function srvOrder(records: readonly SrvRecord[], random: () => number): SrvRecord[] {
  const priorities = [...new Set(records.map(({ priority }) => priority))].sort((a, b) => a - b)
  return priorities.flatMap((priority) =>
    byWeight(
      records.filter((record) => record.priority === priority),
      random,
    ),
  )
}

function byWeight(records: readonly SrvRecord[], random: () => number): SrvRecord[] {
  // Those of weight 0 come first, as the RFC says: only a draw of exactly 0 takes them while others are left.
  const left = [...records].sort((a, b) => a.weight - b.weight)
  const ordered: SrvRecord[] = []
  while (left.length > 0) {
    const total = left.reduce((sum, { weight }) => sum + weight, 0)
    const draw = Math.floor(random() * (total + 1))
    let running = 0
    const index = left.findIndex(({ weight }) => {
      running += weight
      return running >= draw
    })
    ordered.push(...left.splice(index, 1))
  }
  return ordered
}
