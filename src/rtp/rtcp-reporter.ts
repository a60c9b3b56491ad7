import type { Clock, Timer } from '../base/clock.js'
import { maxRtcpBytes, parseRtcp, type ReportBlock, type RtcpReport, writeRtcp } from './rtcp-packet.js'
import { srtpRoomBytes } from './srtp/transform.js'

/** From the epoch of NTP, 1900, to that of Unix. */
const ntpOffsetSeconds = 2_208_988_800

/** What a reporter asks the stream about when a report is due. */
export interface RtcpSource {
  readonly ssrc: number
  /** RTP timestamp of this moment, packets and octets sent; undefined when nothing was sent lately. */
  senderInfo(): { timestamp: number; packets: number; octets: number } | undefined
  /** Reception so far; undefined before anything came. */
  receptionBlock(): Omit<ReportBlock, 'lastReport' | 'sinceLastReport'> | undefined
  /** `packet` has room behind it to be protected in place. */
  send(packet: Uint8Array, length: number): void
}

/** What the peer reports of the audio sent to it. */
export interface RemoteView {
  /** Lost since its report before, 0 to 1. */
  readonly lossRatio: number
  readonly lost: number
  /** In units of the RTP clock. */
  readonly jitter: number
}

export interface RtcpOptions {
  readonly cname: string
  readonly clock: Clock
  readonly random: () => number
  /** Mean time between reports. RFC 3550 §6.2 asks for 5 s at least. */
  readonly intervalMs: number
}

/**
 * Sends a report every few seconds and reads the peer's (RFC 3550 §6). With two members the bandwidth rule never asks for
 * more than the minimum interval, so that is used: half of it for the first report, varied by half either way.
 */
export class RtcpReporter {
  /** From here to the peer and back; undefined until it has answered a report. */
  roundTripMs: number | undefined
  remote: RemoteView | undefined
  private readonly out = new Uint8Array(maxRtcpBytes + srtpRoomBytes)
  private timer: Timer | undefined
  private lastReport = 0
  private lastReportAt = 0

  constructor(
    private readonly source: RtcpSource,
    private readonly options: RtcpOptions,
  ) {
    this.schedule(options.intervalMs / 2)
  }

  /** Reads a compound packet of the peer. */
  receive(data: Uint8Array): void {
    const now = this.options.clock.now()
    const { sender, blocks } = parseRtcp(data)
    if (sender) {
      this.lastReport = middle(sender.ntpSeconds, sender.ntpFraction)
      this.lastReportAt = now
    }
    for (const block of blocks) if (block.ssrc === this.source.ssrc) this.heard(block, now)
  }

  /** Another sender: reports of the last one are no longer answered. */
  forgetSender(): void {
    this.lastReport = 0
  }

  /** Says goodbye; nothing is sent afterwards. */
  close(): void {
    this.timer?.cancel()
    this.timer = undefined
    this.report(true)
  }

  private schedule(meanMs: number): void {
    this.timer = this.options.clock.after(meanMs * (0.5 + this.options.random()), () => {
      this.report(false)
      this.schedule(this.options.intervalMs)
    })
  }

  private report(bye: boolean): void {
    const now = this.options.clock.now()
    const sender = this.source.senderInfo()
    const block = this.source.receptionBlock()
    const sinceLastReport = Math.round(((now - this.lastReportAt) / 1000) * 65536)
    const report: RtcpReport = {
      ssrc: this.source.ssrc,
      sender: sender && { ...ntpTime(now), ...sender },
      block: block && {
        ...block,
        lastReport: this.lastReport,
        sinceLastReport: this.lastReport === 0 ? 0 : sinceLastReport,
      },
      cname: this.options.cname,
      bye,
    }
    this.source.send(this.out, writeRtcp(this.out, report))
  }

  private heard(block: ReportBlock, now: number): void {
    this.remote = { lossRatio: block.fractionLost / 256, lost: block.lost, jitter: block.jitter }
    if (block.lastReport === 0) return
    const { ntpSeconds, ntpFraction } = ntpTime(now)
    const trip = (middle(ntpSeconds, ntpFraction) - block.lastReport - block.sinceLastReport) | 0
    // Clocks that run apart can make it slightly negative; nonsense makes it huge.
    if (trip > -65536 && trip < 60 * 65536) this.roundTripMs = (Math.max(0, trip) * 1000) / 65536
  }
}

function ntpTime(ms: number): { ntpSeconds: number; ntpFraction: number } {
  const seconds = Math.floor(ms / 1000)
  return {
    ntpSeconds: (seconds + ntpOffsetSeconds) % 2 ** 32,
    ntpFraction: Math.floor((ms / 1000 - seconds) * 2 ** 32),
  }
}

function middle(seconds: number, fraction: number): number {
  return (((seconds & 0xffff) << 16) | (fraction >>> 16)) >>> 0
}
