// Streams the deltas of a model as they come. Nothing tells the relay where the answer ends: a model's stream just stops.
import { EventEmitter } from 'node:events'
import http from 'node:http'
import express from 'express'
import { WebSocketServer } from 'ws'

const app = express()
const server = http.createServer(app)
const wss = new WebSocketServer({ noServer: true })

app.post('/voice', (req, res) => {
  res.type('text/xml')
  res.send(`
    <Response>
      <Connect>
        <ConversationRelay url="wss://${req.headers.host}/relay" welcomeGreeting="Bakery, good morning." hints="opening hours">
          <Language code="en-US" ttsProvider="google" voice="en-US-Journey-F" />
        </ConversationRelay>
      </Connect>
    </Response>
  `)
})

server.on('upgrade', (req, socket, head) => {
  if (!req.url.startsWith('/relay')) return socket.destroy()
  wss.handleUpgrade(req, socket, head, (ws) => new Conversation(ws))
})

class Model extends EventEmitter {
  ask(prompt) {
    const text = /hours/i.test(prompt) ? 'We bake at six, and the bakery opens at seven' : 'Pardon me?'
    const deltas = text.match(/.{1,7}/g)
    const timer = setInterval(() => {
      const delta = deltas.shift()
      if (delta === undefined) return clearInterval(timer)
      this.emit('delta', delta)
    }, 15)
  }
}

class Conversation {
  constructor(ws) {
    this.ws = ws
    this.model = new Model()
    this.model.on('delta', (token) => ws.send(JSON.stringify({ type: 'text', token })))
    ws.on('message', (data) => this.handle(JSON.parse(data)))
    ws.on('close', (code) => console.log(`close ${code}`))
  }

  handle(message) {
    if (message.type !== 'prompt' || !message.last) return
    console.log(`prompt ${message.lang} ${message.voicePrompt}`)
    this.model.ask(message.voicePrompt)
  }
}

server.listen(process.env.PORT, '127.0.0.1', () => console.log(`Listening on ${process.env.PORT}`))
