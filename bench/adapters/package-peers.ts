import { createServer } from 'node:http'
import { createServer as createHttp2, type ServerHttp2Stream } from 'node:http2'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import {
  Server as GrpcServer,
  ServerCredentials,
  type ServerDuplexStream,
  type ServiceDefinition,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js'
import { loadSync } from '@grpc/proto-loader'
import { type WebSocket, WebSocketServer } from 'ws'
import { listening } from './listening.js'
import { streamIn } from './wire-facts.js'

/** What a peer tells of the wire. */
export interface Wire {
  /** So many bytes of a stream's audio have come by now. */
  heard(stream: number, bytes: number): void
  /** Says a stream, a piece at a time. @param rate Hz */
  speak(stream: number, rate: number, send: (audio: Buffer) => void, end: () => void): void
}

/** The vendors' sides of what their own packages speak. Each resolves to the port that it listens on. */
export const packagePeers: Readonly<Record<string, (wire: Wire) => Promise<number>>> = {
  'ear google': (wire) => {
    const recognise = (call: ServerDuplexStream<SpeechRequest, object>) => {
      let stream = 0
      let bytes = 0
      call.on('data', ({ streaming_config: config, audio_content: audio }: SpeechRequest) => {
        if (config) stream = streamIn(JSON.stringify(config)) ?? 0
        bytes += audio?.length ?? 0
        if (audio) wire.heard(stream, bytes)
      })
      call.on('end', () => call.end())
    }
    return grpc('speech', 'google/cloud/speech/v1/cloud_speech.proto', 'google.cloud.speech.v1.Speech', {
      StreamingRecognize: recognise,
    })
  },
  'voice google': (wire) => {
    const synthesise = (call: ServerDuplexStream<VoiceRequest, object>) => {
      call.on('data', ({ input }: VoiceRequest) => {
        if (!input) return
        const send = (audio_content: Buffer) => void call.write({ audio_content })
        wire.speak(streamIn(input.text ?? '') ?? 0, RATE, send, () => call.end())
      })
    }
    const file = 'google/cloud/texttospeech/v1/cloud_tts.proto'
    return grpc('text-to-speech', file, 'google.cloud.texttospeech.v1.TextToSpeech', {
      StreamingSynthesize: synthesise,
    })
  },
  'ear azure': (wire) => {
    return sockets((socket) => {
      let stream = 0
      let bytes = 0
      socket.on('message', (data: Buffer, isBinary) => {
        if (!isBinary) stream = streamIn(data.toString()) ?? stream
        else {
          const audio = data.subarray(2 + data.readUInt16BE(0))
          // The first message has a WAV header.
          const isFirst = audio.toString('latin1', 0, 4) === 'RIFF'
          if (isFirst) socket.send(azureText('turn.start', requestOf(data.toString('latin1')), {}))
          bytes += isFirst ? audio.length - audio.indexOf('data') - 8 : audio.length
          wire.heard(stream, bytes)
        }
      })
    })
  },
  'voice azure': (wire) => {
    return sockets((socket) => {
      socket.on('message', (data: Buffer) => {
        const text = data.toString()
        const stream = /path:\s*ssml/i.test(text) ? streamIn(text) : undefined
        if (stream === undefined) return
        const request = requestOf(text)
        const context = { serviceTag: request }
        socket.send(azureText('turn.start', request, { context }))
        socket.send(azureText('response', request, { context, audio: { type: 'inline', streamId: request } }))
        const send = (audio: Buffer) => socket.send(azureAudio(request, audio))
        wire.speak(stream, RATE, send, () => {
          send(Buffer.alloc(0))
          socket.send(azureText('turn.end', request, {}))
        })
      })
    })
  },
  'ear amazon': (wire) => {
    const server = createHttp2()
    server.on('session', (session) => session.on('error', () => {}))
    server.on('stream', (stream, headers) => {
      transcribe(stream, Number(/^\/(\d+)\//.exec(String(headers[':path']))?.[1] ?? 0), wire)
    })
    return listening(server)
  },
}

const RATE = 16_000

interface SpeechRequest {
  readonly streaming_config?: object | null
  readonly audio_content?: Buffer
}

interface VoiceRequest {
  readonly input?: { readonly text?: string } | null
}

async function grpc(
  of: 'speech' | 'text-to-speech',
  file: string,
  name: string,
  calls: UntypedServiceImplementation,
): Promise<number> {
  const require = createRequire(import.meta.url)
  const home = require.resolve(`@google-cloud/${of}`)
  const folders = [home, createRequire(home).resolve('google-gax')]
  const includeDirs = folders.map((path) => join(dirname(path), '../protos'))
  const all = loadSync(file, { includeDirs, keepCase: true, enums: String, oneofs: true })
  const server = new GrpcServer()
  server.addService(all[name] as ServiceDefinition, calls)
  return new Promise((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) => {
      if (error) reject(error)
      else resolve(port)
    })
  })
}

function sockets(opened: (socket: WebSocket) => void): Promise<number> {
  const server = createServer()
  new WebSocketServer({ server, perMessageDeflate: false }).on('connection', opened)
  return listening(server)
}

/** A message of Azure's: headers, an empty line, JSON. */
function azureText(path: string, request: string, body: object): string {
  return `X-RequestId:${request}\r\nContent-Type:application/json\r\nPath:${path}\r\n\r\n${JSON.stringify(body)}`
}

/** The same of audio, with the length of the headers in front. */
function azureAudio(request: string, audio: Buffer): Buffer {
  const headers = Buffer.from(`X-RequestId:${request}\r\nX-StreamId:${request}\r\nPath:audio\r\n`)
  const length = Buffer.alloc(2)
  length.writeUInt16BE(headers.length)
  return Buffer.concat([length, headers, audio])
}

function requestOf(message: string): string {
  return /x-requestid:\s*([0-9a-f]+)/i.exec(message)?.[1] ?? ''
}

/** Counts the audio of a stream of events (application/vnd.amazon.eventstream), each signed around the one with audio. */
function transcribe(stream: ServerHttp2Stream, number: number, wire: Wire): void {
  stream.on('error', () => {})
  stream.respond({ ':status': 200, 'content-type': 'application/vnd.amazon.eventstream' })
  let rest = Buffer.alloc(0)
  let bytes = 0
  stream.on('data', (data: Buffer) => {
    rest = Buffer.concat([rest, data])
    while (rest.length >= PRELUDE && rest.length >= rest.readUInt32BE(0)) {
      const signed = bodyOf(rest)
      rest = rest.subarray(rest.readUInt32BE(0))
      if (signed.length < PRELUDE) continue
      bytes += bodyOf(signed).length
      wire.heard(number, bytes)
    }
  })
  stream.on('end', () => stream.end())
}

const PRELUDE = 12
const CHECKSUM = 4

/** What is between an event's headers and its checksum. */
function bodyOf(event: Buffer): Buffer {
  return event.subarray(PRELUDE + event.readUInt32BE(4), event.readUInt32BE(0) - CHECKSUM)
}
