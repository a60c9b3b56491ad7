/** Which voice speaks; names as the app wrote them, '' lets the registry choose. */
export interface VoiceWish {
  readonly provider: string
  readonly voice: string
  /** BCP-47 tag. */
  readonly language: string
  /** Engine-specific wishes. */
  readonly settings: Readonly<Record<string, unknown>>
}

/**
 * What a leg is played outside of a session. A leg has one FIFO of announcements; while it is not empty, it is heard
 * instead of a bridge's or conference's sound, and together with a session. It waits until audio flows.
 */
export type Announcement =
  | {
      readonly kind: 'speech'
      readonly text: string
      readonly ssml: boolean
      readonly voice: VoiceWish
      /** Times it is said; 0 is endless. */
      readonly loop: number
    }
  | {
      readonly kind: 'media'
      /**
       * http(s): or data: URL, or file: URL of this machine's: what comes from outside must not name files. WAV or MP3.
       */
      readonly source: string
      /** Times it is played; 0 is endless. */
      readonly loop: number
    }
  /** Endless: it is stopped. `ringback` and `busy` in the cadence of the country, `hold` a quiet melody. */
  | { readonly kind: 'tone'; readonly tone: 'ringback' | 'busy' | 'hold'; readonly country: string }
  /** 1 kHz, as before a recording. */
  | { readonly kind: 'beep'; readonly durationMs: number }
  | { readonly kind: 'silence'; readonly durationMs: number }
  /** `0-9 * # A-D`; `w` waits 500 ms, `W` 1,000 ms. */
  | { readonly kind: 'digits'; readonly digits: string; readonly pressMs: number }

/** How an announcement ended. */
export type AnnouncementEnd = 'completed' | 'stopped' | 'failed' | 'leg-closed'
