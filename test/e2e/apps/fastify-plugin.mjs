import fastifyFormBody from '@fastify/formbody'
import fastifyWs from '@fastify/websocket'
import Fastify from 'fastify'

const PORT = process.env.PORT || 8080
const DOMAIN = process.env.HOSTNAME
const WS_URL = `wss://${DOMAIN}/ws`
const WELCOME_GREETING = "Hi! I am the library's assistant."

const sessions = new Map()
const fastify = Fastify({ logger: false })
await fastify.register(fastifyWs)
await fastify.register(fastifyFormBody)

fastify.all('/twiml', async (_request, reply) => {
  reply.type('text/xml').send(
    `<?xml version="1.0" encoding="UTF-8"?>
    <Response>
      <Connect>
        <ConversationRelay url="${WS_URL}" welcomeGreeting="${WELCOME_GREETING}" hints="opening hours" />
      </Connect>
    </Response>`,
  )
})

fastify.register(async (instance) => {
  instance.get('/ws', { websocket: true }, (ws) => {
    ws.on('message', (data) => {
      const message = JSON.parse(data)
      switch (message.type) {
        case 'setup':
          console.log(`setup ${message.callSid}`)
          ws.callSid = message.callSid
          sessions.set(message.callSid, [{ role: 'system', content: 'You are a helpful assistant.' }])
          break
        case 'prompt': {
          console.log(`prompt ${message.lang} ${message.voicePrompt}`)
          const conversation = sessions.get(ws.callSid)
          conversation.push({ role: 'user', content: message.voicePrompt })
          const response = aiResponse(conversation)
          conversation.push({ role: 'assistant', content: response })
          ws.send(JSON.stringify({ type: 'text', token: response, last: true }))
          break
        }
        case 'interrupt':
          console.log('Handling interruption.')
          break
        default:
          console.warn('Unknown message type received:', message.type)
      }
    })
    ws.on('close', (code) => {
      console.log(`close ${code}`)
      sessions.delete(ws.callSid)
    })
  })
})

function aiResponse(messages) {
  const { content } = messages.at(-1)
  return /hours/i.test(content) ? 'The library is open until seven in the evening.' : 'I did not understand.'
}

try {
  await fastify.listen({ port: PORT, host: '127.0.0.1' })
  console.log(`Listening on ${PORT}`)
} catch (err) {
  console.error(err)
  process.exit(1)
}
