import { messageOf } from '../../base/errors.js'

/** What a recogniser's process tells. */
export type FromRecogniser<Answer> =
  | Answer
  | { readonly type: 'ready' }
  /** Loading failed; the process ends. */
  | { readonly type: 'broken'; readonly message: string }
  /** Audio that has been dealt with, since this was said last. */
  | { readonly type: 'done'; readonly ms: number }

/** What a recogniser has of the engine that started its process. */
export interface EnginePort<Answer> {
  readonly post: (answer: Answer) => void
  /** Hears of audio that has been dealt with, in ms. */
  readonly done: (ms: number) => void
}

/** ms of audio between two reports of what has been dealt with. */
const reportMs = 200

/**
 * Serves the engine that started this process: loads with the settings that come first, and takes orders from then on. The
 * process ends with the engine's.
 * @param load returns what takes the orders; what it throws is told
 */
export function serveEngine<Settings, Order, Answer>(
  load: (settings: Settings, port: EnginePort<Answer>) => (order: Order) => void,
): void {
  const tell = (message: FromRecogniser<Answer>, then: () => void = () => {}): void => {
    process.send!(message, then)
  }
  let doneMs = 0
  const port: EnginePort<Answer> = {
    post: (answer) => tell(answer),
    done: (ms) => {
      doneMs += ms
      if (doneMs < reportMs) return
      tell({ type: 'done', ms: doneMs })
      doneMs = 0
    },
  }
  process.once('message', (settings: Settings) => {
    try {
      process.on('message', load(settings, port))
      tell({ type: 'ready' })
    } catch (thrown) {
      tell({ type: 'broken', message: messageOf(thrown) }, () => process.exit(1))
    }
  })
  // Whoever stops a service tells all of its processes; calls that are still live need this one.
  process.on('SIGTERM', () => {})
  process.on('disconnect', () => process.exit())
}
