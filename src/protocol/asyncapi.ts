import { z } from 'zod'
import type { DialectName } from './dialect.js'
import { telnyxAppFrames, telnyxRelayFrames } from './frames/telnyx.js'
import { twilioAppFrames, twilioRelayFrames } from './frames/twilio.js'

type FrameSchemas = Readonly<Record<string, z.ZodType>>
type JsonObject = Record<string, unknown>

interface Platform {
  readonly dialect: DialectName
  readonly name: string
  readonly relayFrames: FrameSchemas
  readonly appFrames: FrameSchemas
  readonly handshake: JsonObject
}

const platforms: readonly Platform[] = [
  {
    dialect: 'twilio',
    name: 'Twilio',
    relayFrames: twilioRelayFrames,
    appFrames: twilioAppFrames,
    handshake: {
      method: 'GET',
      headers: {
        type: 'object',
        properties: {
          'X-Twilio-Signature': {
            type: 'string',
            description:
              'Base64 of HMAC-SHA1 over the URL exactly as configured; sent where an auth token is configured.',
          },
        },
      },
    },
  },
  {
    dialect: 'telnyx',
    name: 'Telnyx',
    relayFrames: telnyxRelayFrames,
    appFrames: telnyxAppFrames,
    handshake: { method: 'GET' },
  },
]

/**
 * The AsyncAPI 3 document of the session protocol, made from the frames' own schemas: one channel for each dialect,
 * with what the relay sends and what it receives. A new, plain JSON value at each call.
 *
 * @param version of the program, for `info.version`
 */
export function asyncApiDocument(version = '0.1.0'): JsonObject {
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Parley session protocol',
      version,
      license: { name: 'MIT' },
      description:
        'Parley dials the WebSocket server of an app and speaks the ConversationRelay protocol to it: one JSON ' +
        'object a text frame, told apart by `type`. A session is in one of two dialects.',
    },
    defaultContentType: 'application/json',
    channels: Object.fromEntries(platforms.map((platform) => [platform.dialect, channel(platform)])),
    operations: Object.fromEntries(platforms.flatMap(operations)),
    components: { messages: Object.fromEntries(platforms.flatMap(messages)) },
  }
}

function channel({ dialect, name, relayFrames, appFrames, handshake }: Platform): JsonObject {
  const types = [...Object.keys(relayFrames), ...Object.keys(appFrames)]
  return {
    address: null,
    title: `Session in ${name}'s dialect`,
    description: `One WebSocket, dialled by Parley at the URL of the route, its frames as ${name} writes them.`,
    messages: Object.fromEntries(
      types.map((type) => [type, { $ref: `#/components/messages/${messageName(dialect, type)}` }]),
    ),
    bindings: { ws: { ...handshake, bindingVersion: '0.1.0' } },
  }
}

function operations({ dialect, name, relayFrames, appFrames }: Platform): [string, JsonObject][] {
  const messagesOf = (frames: FrameSchemas) =>
    Object.keys(frames).map((type) => ({ $ref: `#/channels/${dialect}/messages/${type}` }))
  const about = { channel: { $ref: `#/channels/${dialect}` } }
  return [
    [
      `${dialect}Send`,
      {
        action: 'send',
        ...about,
        summary: `What Parley tells an app in ${name}'s dialect.`,
        messages: messagesOf(relayFrames),
      },
    ],
    [
      `${dialect}Receive`,
      {
        action: 'receive',
        ...about,
        summary: `What an app in ${name}'s dialect tells Parley.`,
        messages: messagesOf(appFrames),
      },
    ],
  ]
}

function messages({ dialect, relayFrames, appFrames }: Platform): [string, JsonObject][] {
  return Object.entries({ ...relayFrames, ...appFrames }).map(([type, schema]) => [
    messageName(dialect, type),
    message(dialect, type, schema),
  ])
}

function message(dialect: DialectName, type: string, schema: z.ZodType): JsonObject {
  const { $schema, title, examples, ...payload } = z.toJSONSchema(schema, { io: 'input', target: 'draft-7' })
  return {
    name: type,
    title: `${title} (${dialect})`,
    contentType: 'application/json',
    payload,
    examples: (examples as unknown[]).map((payload) => ({ payload })),
  }
}

function messageName(dialect: DialectName, type: string): string {
  return `${dialect}-${type}`
}
