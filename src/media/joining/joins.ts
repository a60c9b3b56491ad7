import type { LegCommand } from '../leg-commands.js'
import { createLink, createLinkParts, joinParts, type LinkEnd, type LinkParts } from './link.js'
import { LinkedPartner, type LinkedSeat } from './linked-partner.js'

/** Joins a leg with one in another thread, which gets the other parts of the link. */
export interface LinkLeg {
  readonly type: 'link-leg'
  readonly leg: string
  readonly link: LinkParts
  /** Whether the other end does not hear this leg's keys. */
  readonly mutesDigits: boolean
}

type Bridge = Extract<LegCommand, { type: 'bridge' }>

/** Two legs of this thread hear each other from now on. */
export function bridge({ muteDigits }: Bridge, leg: LinkedSeat, other: LinkedSeat): void {
  const [left, right] = createLink()
  link(leg, left, mutes(muteDigits, 'leg'))
  link(other, right, mutes(muteDigits, 'other'))
}

/** What two threads have to be told for the legs of a bridge that live in them. */
export function bridgeLinks({ leg, other, muteDigits }: Bridge): [LinkLeg, LinkLeg] {
  const [here, there] = createLinkParts()
  return [
    { type: 'link-leg', leg, link: here, mutesDigits: mutes(muteDigits, 'leg') },
    { type: 'link-leg', leg: other, link: there, mutesDigits: mutes(muteDigits, 'other') },
  ]
}

/** A leg of this thread and one of another hear each other from now on. */
export function linkAcross({ link: parts, mutesDigits }: LinkLeg, leg: LinkedSeat | undefined): void {
  const end = joinParts(parts)
  if (leg) link(leg, end, mutesDigits)
  else end.close()
}

function mutes(muteDigits: Bridge['muteDigits'], whose: 'leg' | 'other'): boolean {
  return muteDigits === whose || muteDigits === 'both'
}

function link(seat: LinkedSeat, end: LinkEnd, mutesDigits: boolean): void {
  new LinkedPartner(seat, end, mutesDigits).start()
}
