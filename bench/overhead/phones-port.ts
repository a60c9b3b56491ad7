/** What the driver asks of the phones' thread. */
export type PhonesCommand =
  | { readonly type: 'add'; readonly call: number; readonly port: number }
  | { readonly type: 'remove'; readonly call: number }
  /** Begins to keep the gaps between packets. */
  | { readonly type: 'measure' }
  /** Asks for the gaps since. */
  | { readonly type: 'report' }
  | { readonly type: 'close' }

/** What the phones' thread tells. Times in ms of the benchmark's clock, taken when a packet's event ran. */
export type PhonesEvent =
  | { readonly type: 'opened'; readonly rtpPort: number }
  /** The first packet that carries sound after packets that carried none. */
  | { readonly type: 'sound'; readonly call: number; readonly at: number }
  /** A packet without sound came; `at` is when the last packet with sound had come. */
  | { readonly type: 'silence'; readonly call: number; readonly at: number }
  | {
      readonly type: 'gaps'
      readonly gaps: Float32Array
      readonly packets: number
      readonly lost: number
      readonly lateness: Float32Array
    }
