// Runs behind a proxy that ends TLS: everything that reaches it came by https, as far as it is concerned.
import http from 'node:http'
import express from 'express'
import twilio from 'twilio'
import { WebSocketServer } from 'ws'

const { HOSTNAME, PORT, TWILIO_AUTH_TOKEN } = process.env
const app = express()
const server = http.createServer(app)

app.use(express.urlencoded({ extended: false }))
app.use(twilio.webhook({ protocol: 'https' }))

app.post('/twiml', (_req, res) => {
  const response = new twilio.twiml.VoiceResponse()
  response.connect({ action: '/connect-action?from=relay' }).conversationRelay({
    url: `wss://${HOSTNAME}/websocket?tenant=7`,
    welcomeGreeting: 'Thank you for calling the bank.',
    hints: 'opening hours',
  })
  res.type('text/xml').send(response.toString())
})

app.post('/connect-action', (req, res) => {
  console.log(`action ${req.body.SessionStatus} ${req.query.from}`)
  const response = new twilio.twiml.VoiceResponse()
  response.say('The bank says goodbye.')
  response.hangup()
  res.type('text/xml').send(response.toString())
})

app.post('/status', (req, res) => {
  console.log(`status ${req.body.CallStatus} ${req.body.CallbackSource}`)
  res.sendStatus(204)
})

const wss = new WebSocketServer({ noServer: true })
server.on('upgrade', (request, socket, head) => {
  const signature = request.headers['x-twilio-signature']
  const url = `wss://${request.headers.host}${request.url}`
  if (!twilio.validateRequest(TWILIO_AUTH_TOKEN, signature, url, {})) {
    console.log(`refused ${url}`)
    socket.write('HTTP/1.1 401 Unauthorized\r\n\r\n')
    return socket.destroy()
  }
  wss.handleUpgrade(request, socket, head, (ws) => wss.emit('connection', ws, request))
})

wss.on('connection', (ws) => {
  ws.on('message', (data) => {
    const message = JSON.parse(data.toString('utf8'))
    if (message.type !== 'prompt') return
    console.log(`prompt ${message.lang} ${message.voicePrompt}`)
    ws.send(JSON.stringify({ type: 'text', token: 'You can visit us at any time.', last: true }))
    ws.send(JSON.stringify({ type: 'end' }))
  })
  ws.on('close', (code) => console.log(`close ${code}`))
})

server.listen(PORT, '127.0.0.1', () => console.log(`Listening on ${PORT}`))
