import type { LoadSpeech, MediaPlaneOptions } from './options.js'
import { MediaPlane } from './plane.js'
import type { MediaCommand, MediaEvent, MediaPort } from './port.js'

/** The media plane in the caller's own thread. */
export class LocalMediaPort implements MediaPort {
  onEvent: (event: MediaEvent) => void = () => {}
  private plane!: MediaPlane

  private constructor() {}

  static async start(options: MediaPlaneOptions, loadSpeech?: LoadSpeech): Promise<LocalMediaPort> {
    const port = new LocalMediaPort()
    port.plane = await MediaPlane.start(options, (event) => port.onEvent(event), loadSpeech)
    return port
  }

  get speech(): readonly string[] {
    return this.plane.speechLines
  }

  send(command: MediaCommand): void {
    this.plane.handle(command)
  }

  close(): Promise<void> {
    return this.plane.close()
  }
}
