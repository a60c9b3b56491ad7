/** What a recogniser's peer says and hears on the wire. */
export interface EarFacts {
  /** Said as soon as the socket is open. */
  readonly greets?: string
  /** Said once the client has sent its first text. */
  readonly readies?: string
  /** Whether audio comes within JSON, as base64 under `audio`. */
  readonly base64?: boolean
  /** Hz of the audio on a 16 kHz leg. */
  readonly rate?: number
}

/** What a voice's peer says on the wire. `context` is the name that the client gave the utterance. */
export interface VoiceFacts {
  readonly greets?: object
  /** Its answer to a client's text that says nothing to speak. */
  readonly replies?: (text: string) => object | undefined
  readonly chunk: (audio: Buffer, context: unknown) => object | Buffer
  readonly end: (context: unknown) => object
  readonly rate?: number
}

/** Recognisers behind sockets, by their names. */
export const ears: Readonly<Record<string, EarFacts>> = {
  'deepgram-flux': {},
  deepgram: {},
  assemblyai: { greets: '{"type":"Begin","id":"1"}' },
  soniox: {},
  speechmatics: { readies: '{"message":"RecognitionStarted","id":"1"}' },
  openai: { readies: '{"type":"session.updated"}', base64: true, rate: 24_000 },
  xai: { greets: '{"type":"transcript.created"}' },
  telnyx: {},
}

const base64 = (audio: Buffer) => audio.toString('base64')
/** As ElevenLabs tells the times of a piece's characters. */
const alignment = {
  chars: [...'words '],
  charStartTimesMs: [0, 10, 20, 30, 40, 50],
  charDurationsMs: [10, 10, 10, 10, 10, 10],
}

/** Voices behind sockets, by their names. */
export const voices: Readonly<Record<string, VoiceFacts>> = {
  elevenlabs: {
    chunk: (audio, contextId) => ({ audio: base64(audio), isFinal: null, contextId, alignment }),
    end: (contextId) => ({ audio: null, isFinal: true, contextId }),
  },
  cartesia: {
    chunk: (audio, context_id) => {
      return { type: 'chunk', data: base64(audio), done: false, status_code: 206, step_time: 1, context_id }
    },
    end: (context_id) => ({ type: 'done', done: true, context_id }),
  },
  deepgram: { chunk: (audio) => audio, end: () => ({ type: 'Flushed', sequence_id: 0 }) },
  rime: {
    chunk: (audio, contextId) => ({ type: 'chunk', data: base64(audio), contextId }),
    end: (contextId) => ({ type: 'done', contextId }),
  },
  inworld: {
    chunk: (audio, contextId) => ({ result: { contextId, audioChunk: { audioContent: base64(audio) } } }),
    end: (contextId) => ({ result: { contextId, contextClosed: {} } }),
  },
  minimax: {
    greets: { event: 'connected_success' },
    replies: (text) => (text.includes('task_start') ? { event: 'task_started' } : undefined),
    chunk: (audio) => ({ event: 'task_continued', data: { audio: audio.toString('hex') } }),
    end: () => ({ event: 'task_continued', data: { audio: '' }, is_final: true }),
  },
  resemble: {
    chunk: (audio, request_id) => ({ type: 'audio', audio_content: base64(audio), request_id }),
    end: (request_id) => ({ type: 'audio_end', request_id }),
  },
  xai: {
    chunk: (audio) => ({ type: 'audio.delta', delta: base64(audio) }),
    end: () => ({ type: 'audio.done' }),
  },
  soniox: {
    chunk: (audio, stream_id) => ({ stream_id, audio: base64(audio) }),
    end: (stream_id) => ({ stream_id, terminated: true }),
  },
  telnyx: {
    chunk: (audio) => ({ audio: base64(audio) }),
    end: () => ({ audio: null, isFinal: true }),
    rate: 24_000,
  },
}

/** Voices that are asked by HTTP, with the rate of their PCM in Hz. */
export const requestVoices: Readonly<Record<string, number>> = {
  openai: 24_000,
  'openai-compatible': 24_000,
  polly: 16_000,
}

/** Vendors that are reached by packages of their own, which open no sockets by a URL that tells the stream. */
export const packageEars = ['google', 'azure', 'amazon']
export const packageVoices = ['google', 'azure']

/** Of what a request's text says, the stream that it belongs to. */
export const streamIn = (text: string): number | undefined => {
  const found = /Stream (\d+)/.exec(text)
  return found ? Number(found[1]) : undefined
}
