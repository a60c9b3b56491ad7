import { createSocket, type Socket } from 'node:dgram'
import type { AddressInfo } from 'node:net'
import type { Page } from 'playwright-core'

/**
 * The network between a browser and the relay: the media's packets go through it, since it puts its own ports into the
 * relay's answers and keeps the browser's candidates to itself; requests of the page go through it by interception.
 */
export class MediaProxy {
  /** Offers that went through. */
  offers = 0
  private readonly ways: Way[] = []
  private down = false

  /** Puts itself between a page and the relay. */
  async enter(page: Page): Promise<void> {
    await page.route('**/v1/webrtc/**', async (route) => {
      if (this.down) return route.abort('internetdisconnected')
      const request = route.request()
      const type = request.headers()['content-type'] ?? ''
      if (type.includes('sdpfrag')) return route.fulfill({ status: 204 })
      if (!type.includes('application/sdp')) return route.continue()
      const offer = (request.postData() ?? '').replace(/^a=candidate:.*\r\n/gm, '')
      const response = await route.fetch({ postData: offer })
      this.offers++
      await route.fulfill({ response, body: await this.throughHere(await response.text()) })
    })
  }

  /** Nothing passes any more, and the ways that are open never open again, as after a change of networks. */
  cut(): void {
    this.down = true
    for (const way of this.ways) way.dead = true
  }

  /** The network is there again. */
  mend(): void {
    this.down = false
  }

  close(): void {
    for (const { sockets } of this.ways) for (const socket of sockets) socket.close()
  }

  private async throughHere(answer: string): Promise<string> {
    const port = Number(/^a=candidate:\S+ 1 UDP \d+ 127\.0\.0\.1 (\d+) typ host/im.exec(answer)?.[1])
    const own = await this.open(port)
    const around = /^a=candidate:.* typ relay.*\r\n/gm
    return answer.replace(around, '').replaceAll(` 127.0.0.1 ${port} `, ` 127.0.0.1 ${own} `)
  }

  /** A port of its own for the relay's. */
  private async open(relayPort: number): Promise<number> {
    const [outer, inner] = [await bound(), await bound()]
    const way: Way = { sockets: [outer, inner], dead: false }
    this.ways.push(way)
    let browser: { address: string; port: number } | undefined
    outer.on('message', (packet, from) => {
      browser = from
      if (!way.dead) inner.send(packet, relayPort, '127.0.0.1')
    })
    inner.on('message', (packet) => {
      if (!way.dead && browser) outer.send(packet, browser.port, browser.address)
    })
    return (outer.address() as AddressInfo).port
  }
}

interface Way {
  readonly sockets: readonly Socket[]
  dead: boolean
}

function bound(): Promise<Socket> {
  const socket = createSocket('udp4')
  socket.on('error', () => {})
  return new Promise((resolve) => socket.bind(0, '127.0.0.1', () => resolve(socket)))
}
