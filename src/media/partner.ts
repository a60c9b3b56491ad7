import type { PayloadPort } from '../legs/index.js'
import type { FrameSource, LegListener } from '../session/index.js'

/** Why a leg's media ended by itself. */
export type GoneReason = Parameters<LegListener['gone']>[0]

/** Whom a leg's party talks with. Called on the media path. */
export type Partner = SessionPartner | LinkPartner

interface AnyPartner extends Pick<LegListener, 'frame' | 'digit'>, FrameSource {
  /** Something else took the partner's place. */
  displaced(): void
}

/** A session: announcements are heard together with it, and it hears by itself that the media ended. */
export interface SessionPartner extends AnyPartner {
  readonly kind: 'session'
  gone(reason: GoneReason): void
}

/** The other side of a bridge, or a conference: announcements are heard in its place. */
export interface LinkPartner extends AnyPartner, PayloadPort {
  readonly kind: 'link'
  /** A tick on which the party hears an announcement. */
  skip(): void
}
