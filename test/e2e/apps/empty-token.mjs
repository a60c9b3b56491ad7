import http from 'node:http'
import express from 'express'
import twilio from 'twilio'
import { WebSocketServer } from 'ws'

const app = express()
app.use(express.urlencoded({ extended: false }))
const server = http.createServer(app)

app.all('/voice/incoming', (req, res) => {
  const twiml = new twilio.twiml.VoiceResponse()
  twiml.connect().conversationRelay({
    url: `wss://${req.get('host')}/ws?caller=${encodeURIComponent(req.body.From ?? '')}`,
    welcomeGreeting: 'Hello, this is the museum.',
    welcomeGreetingInterruptible: 'speech',
    ttsProvider: 'ElevenLabs',
    voice: 'UgBBYS2sOqTuMpoF3BR0',
    hints: 'opening hours',
  })
  res.header('Content-Type', 'text/xml').status(200).send(twiml.toString())
})

const wss = new WebSocketServer({ server, path: '/ws' })
wss.on('connection', (ws, req) => {
  const caller = new URL(req.url, 'http://localhost').searchParams.get('caller')
  console.log(`caller ${caller}`)
  ws.on('message', async (raw) => {
    const data = JSON.parse(raw.toString())
    if (data.type === 'prompt' && data.last) {
      console.log(`prompt ${data.lang} ${data.voicePrompt}`)
      for await (const chunk of completion(data.voicePrompt)) {
        ws.send(JSON.stringify({ type: 'text', token: chunk.choices[0].delta.content ?? '', last: false }))
      }
      ws.send(JSON.stringify({ type: 'text', token: '', last: true }))
    }
  })
  ws.on('close', (code) => console.log(`close ${code}`))
})

// As the OpenAI SDK's stream looks: an empty delta first, one without content last.
async function* completion(prompt) {
  const text = /hours/i.test(prompt) ? 'The museum closes on Monday.' : 'Could you repeat that?'
  yield { choices: [{ delta: { role: 'assistant', content: '' } }] }
  for (const content of text.split(/(?= )/)) {
    await new Promise((resolve) => setTimeout(resolve, 15))
    yield { choices: [{ delta: { content } }] }
  }
  yield { choices: [{ delta: {}, finish_reason: 'stop' }] }
}

server.listen(process.env.PORT, '127.0.0.1', () => console.log(`Listening on ${process.env.PORT}`))
