import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { complete, modelFromEnv } from '../../demo/model.js'
import { Stage } from './relay.js'

interface Asked {
  authorization: string | undefined
  path: string | undefined
  body: { model: string; stream: boolean; messages: { role: string; content: string }[] }
}

/** A server of OpenAI's chat completions, as its API reference describes the stream; `answer` plays its part. */
class ChatServer {
  readonly asked: Asked[] = []
  private readonly http: Server

  constructor(answer: (response: ServerResponse, asked: Asked) => void) {
    this.http = createServer(async (request: IncomingMessage, response) => {
      let body = ''
      for await (const chunk of request) body += chunk
      const asked = {
        authorization: request.headers.authorization,
        path: request.url,
        body: JSON.parse(body),
      }
      this.asked.push(asked)
      answer(response, asked)
    })
  }

  async listen(): Promise<Record<string, string>> {
    this.http.listen(0, '127.0.0.1')
    await once(this.http, 'listening')
    const { port } = this.http.address() as AddressInfo
    return {
      OPENAI_API_KEY: 'sk-test',
      OPENAI_BASE_URL: `http://127.0.0.1:${port}/v1/`,
      OPENAI_MODEL: 'tiny',
    }
  }

  async close(): Promise<void> {
    this.http.closeAllConnections()
    this.http.close()
  }
}

const begin = (response: ServerResponse) => response.writeHead(200, { 'content-type': 'text/event-stream' })
const chunk = (delta: object, finish: string | null = null) =>
  `data: ${JSON.stringify({
    id: 'chatcmpl-1',
    object: 'chat.completion.chunk',
    created: 1,
    model: 'tiny',
    choices: [{ index: 0, delta, finish_reason: finish }],
  })}\n\n`

function stream(response: ServerResponse, ...tokens: string[]): void {
  begin(response)
  response.write(chunk({ role: 'assistant', content: '' }))
  for (const content of tokens) response.write(chunk({ content }))
  response.write(chunk({}, 'stop'))
  response.end('data: [DONE]\n\n')
}

const stage = new Stage()
const servers: ChatServer[] = []
afterEach(async () => {
  await stage.cleanUp()
  await Promise.all(servers.splice(0).map((server) => server.close()))
})

async function call(answer: (response: ServerResponse, asked: Asked) => void) {
  const server = new ChatServer(answer)
  servers.push(server)
  const relay = await stage.call({ env: await server.listen() })
  return { relay, server }
}

const never = new AbortController().signal

describe('the demo with a model', () => {
  it('streams the model token by token', async () => {
    const { relay, server } = await call((response) => stream(response, 'Our soup', ' is', ' tomato.'))
    expect(await relay.ask('which soup is there')).toBe('Our soup is tomato.')
    expect(relay.frames).toEqual([
      { type: 'text', token: 'Our soup', last: false },
      { type: 'text', token: ' is', last: false },
      { type: 'text', token: ' tomato.', last: false },
      { type: 'text', token: '', last: true },
    ])
    const [{ authorization, path, body }] = server.asked
    expect([authorization, path, body.model, body.stream]).toEqual([
      'Bearer sk-test',
      '/v1/chat/completions',
      'tiny',
      true,
    ])
    expect(body.messages.map(({ role }) => role)).toEqual(['system', 'user'])
    expect(body.messages[1].content).toBe('which soup is there')
  })

  it('leaves keys, hand-off, goodbye and the language to the script, and tells the model the language', async () => {
    const { relay, server } = await call((response) => stream(response, 'Hay sopa.'))
    await relay.ask('speak spanish')
    expect(relay.frames[0].type).toBe('language')
    expect(await relay.ask({ type: 'dtmf', digit: '1' })).toMatch(/^Abrimos/)
    expect(await relay.ask('que hay')).toBe('Hay sopa.')
    expect(server.asked.length).toBe(1)
    expect(server.asked[0].body.messages[0].content).toMatch(/Spanish\.$/)
    await relay.ask('goodbye')
    await relay.until((frames) => frames.at(-1)?.type === 'end')
  })

  it('aborts the request on interrupt and sends the model only what was heard', async () => {
    const open: ServerResponse[] = []
    const { relay, server } = await call((response, asked) => {
      if (asked.body.messages.length > 2) return stream(response, 'Fine.')
      open.push(response)
      begin(response)
      response.write(chunk({ content: 'We have soup and bread' }))
      response.write(chunk({ content: ' and many other things' }))
    })
    relay.send({ type: 'prompt', voicePrompt: 'what do you have', last: true })
    await relay.until((frames) => frames.length === 2)
    const hungUp = once(open[0], 'close')
    relay.send({ type: 'interrupt', utteranceUntilInterrupt: 'We have soup', durationUntilInterruptMs: 900 })
    await hungUp
    expect(await relay.ask('soup please')).toBe('Fine.')
    expect(server.asked[1].body.messages.slice(1)).toEqual([
      { role: 'user', content: 'what do you have' },
      { role: 'assistant', content: 'We have soup' },
      { role: 'user', content: 'soup please' },
    ])
  })

  it('aborts the request when the caller hangs up', async () => {
    const open: ServerResponse[] = []
    const { relay } = await call((response) => {
      open.push(response)
      begin(response)
      response.write(chunk({ content: 'One moment' }))
    })
    relay.send({ type: 'prompt', voicePrompt: 'what do you have', last: true })
    await relay.until((frames) => frames.length === 1)
    const hungUp = once(open[0], 'close')
    relay.socket.close()
    await hungUp
    expect(stage.logged.filter((line) => line.startsWith('the model failed'))).toEqual([])
  })

  it.each<[string, (response: ServerResponse) => void, string]>([
    [
      'an error status',
      (response) => {
        response.writeHead(401, { 'content-type': 'application/json' })
        response.end('{"error":{"message":"Incorrect API key provided","type":"invalid_request_error"}}')
      },
      'The model answered 401: Incorrect API key provided',
    ],
    [
      'an error in the stream',
      (response) => {
        begin(response)
        response.end('data: {"error":{"message":"overloaded"}}\n\n')
      },
      'The model failed: overloaded',
    ],
    ['an empty stream', (response) => stream(response), 'The model answered nothing'],
    [
      'nonsense',
      (response) => {
        begin(response)
        response.end('data: {"choices":[]}\n\ndata: 5\n\ndata: {broken\n\nhello')
      },
      'The model answered nothing',
    ],
    ['a lost connection', (response) => response.destroy(), 'fetch failed'],
  ])('speaks politely and logs after %s', async (_, answer, logged) => {
    const { relay } = await call(answer)
    expect(await relay.ask('tell me a joke')).toBe(
      'I am sorry, I can not answer right now. Please try again in a moment.',
    )
    expect(stage.logged.find((line) => line.startsWith('the model failed'))).toContain(logged)
  })

  it('finishes with an apology when the stream breaks half way', async () => {
    const { relay } = await call((response) => {
      begin(response)
      response.write(chunk({ content: 'There was' }), () => setImmediate(() => response.destroy()))
    })
    expect(await relay.ask('tell me a joke')).toBe(
      'There was I am sorry, I can not answer right now. Please try again in a moment.',
    )
  })
})

describe('complete', () => {
  it('gives up on a model that stalls', async () => {
    const server = new ChatServer((response) => {
      begin(response)
      response.write(chunk({ content: 'Hm' }))
    })
    servers.push(server)
    const settings = modelFromEnv(await server.listen())
    if (!settings) throw new Error('no settings')
    const tokens: string[] = []
    const reading = (async () => {
      for await (const token of complete({ ...settings, stallMs: 50 }, [], 'English', never))
        tokens.push(token)
    })()
    await expect(reading).rejects.toThrow('No answer within 50 ms')
    expect(tokens).toEqual(['Hm'])
  })

  it('reads tokens cut anywhere, in the middle of a character too', async () => {
    const server = new ChatServer(async (response) => {
      begin(response)
      const bytes = Buffer.from(`: comment\r\n\r\n${chunk({ content: 'Crème brûlée' })}data: [DONE]\n\n`)
      for (let at = 0; at < bytes.length; at += 7) {
        await new Promise<void>((resolve) =>
          response.write(bytes.subarray(at, at + 7), () => setImmediate(resolve)),
        )
      }
      response.end()
    })
    servers.push(server)
    const settings = modelFromEnv(await server.listen())
    if (!settings) throw new Error('no settings')
    const tokens: string[] = []
    for await (const token of complete(settings, [], 'English', never)) tokens.push(token)
    expect(tokens).toEqual(['Crème brûlée'])
  })

  it('is off without a key and has defaults with one', () => {
    expect(modelFromEnv({})).toBeUndefined()
    expect(modelFromEnv({ OPENAI_API_KEY: 'k' })).toEqual({
      apiKey: 'k',
      baseUrl: 'https://api.openai.com/v1',
      model: 'gpt-4o-mini',
    })
  })
})
