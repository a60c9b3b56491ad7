/** What a connection tells its call. */
export interface ConnectionListener {
  state(state: RTCPeerConnectionState): void
  stream(stream: MediaStream): void
  /** Candidates found after the offer, as an SDP fragment. */
  candidates(fragment: string): void
}

/** One peer connection of a call: a call whose network changes has several, one after another. */
export class Connection {
  readonly peer: RTCPeerConnection
  private readonly sender: RTCRtpSender
  private waiting: RTCIceCandidate[] = []
  private answered = false

  /** @param track undefined: nothing is sent */
  constructor(
    iceServers: RTCIceServer[],
    track: MediaStreamTrack | undefined,
    private readonly listener: ConnectionListener,
  ) {
    const peer = new RTCPeerConnection({ iceServers, bundlePolicy: 'max-bundle' })
    this.peer = peer
    const direction = track ? 'sendrecv' : 'recvonly'
    this.sender = peer.addTransceiver(track ?? 'audio', { direction }).sender
    peer.ontrack = ({ track: heard }) => listener.stream(new MediaStream([heard]))
    peer.onconnectionstatechange = () => listener.state(peer.connectionState)
    peer.onicecandidate = ({ candidate }) => {
      if (!candidate?.candidate) return
      this.waiting.push(candidate)
      if (this.waiting.length === 1) setTimeout(() => this.flush(), 50)
    }
  }

  /** Whether it was made to send. */
  get sends(): boolean {
    return this.sender.track !== null
  }

  async offer(): Promise<string> {
    await this.peer.setLocalDescription()
    return this.peer.localDescription!.sdp
  }

  async accept(sdp: string): Promise<void> {
    await this.peer.setRemoteDescription({ type: 'answer', sdp })
    this.answered = true
    this.flush()
  }

  /** By RFC 4733. @returns whether it could be done */
  press(digits: string): boolean {
    const { dtmf } = this.sender
    if (!dtmf?.canInsertDTMF) return false
    dtmf.insertDTMF(dtmf.toneBuffer + digits, 100, 70)
    return true
  }

  close(): void {
    this.peer.onconnectionstatechange = null
    this.peer.onicecandidate = null
    this.peer.ontrack = null
    this.peer.close()
  }

  /** The relay has a place for candidates once it has answered. */
  private flush(): void {
    if (!this.answered || this.waiting.length === 0) return
    const [first] = this.waiting
    const lines = this.waiting.map(({ candidate }) => `a=${candidate}`)
    this.waiting = []
    const mid = first?.sdpMid ?? '0'
    const ufrag = first?.usernameFragment ? [`a=ice-ufrag:${first.usernameFragment}`] : []
    this.listener.candidates(
      [...ufrag, 'm=audio 9 UDP/TLS/RTP/SAVPF 0', `a=mid:${mid}`, ...lines, ''].join('\r\n'),
    )
  }
}
