import { randomUUID } from 'node:crypto'
import express from 'express'
import ExpressWs from 'express-ws'
import twilio from 'twilio'

const { HOSTNAME, PORT } = process.env
const { app } = ExpressWs(express())
const sessions = new Map()

app.use(express.urlencoded({ extended: true })).use(express.json())

app.post('/incoming-call', (req, res) => {
  const { From, To, CallSid } = req.body
  const sessionId = randomUUID()
  sessions.set(sessionId, { from: From, to: To, callSid: CallSid, history: [] })

  const response = new twilio.twiml.VoiceResponse()
  const connect = response.connect()
  const relay = connect.conversationRelay({
    url: `wss://${HOSTNAME}/convo-relay/${sessionId}`,
    welcomeGreeting: 'Welcome to the garden shop.',
    transcriptionProvider: 'Deepgram',
    speechModel: 'nova-3-general',
    interruptible: 'any',
    hints: 'opening hours',
  })
  relay.parameter({ name: 'greeted', value: 'true' })
  res.type('application/xml').send(response.toString())
})

app.ws('/convo-relay/:sessionId', (ws, req) => {
  const session = sessions.get(req.params.sessionId)
  if (!session) return ws.close(1008, 'unknown session')
  let turn

  ws.on('message', async (data) => {
    const msg = JSON.parse(data.toString())
    switch (msg.type) {
      case 'setup':
        if (msg.callSid !== session.callSid) throw new Error(`${msg.callSid} is not ${session.callSid}`)
        console.log(`setup ${msg.callType} ${msg.customParameters.greeted}`)
        break
      case 'prompt':
        if (!msg.last) return
        console.log(`prompt ${msg.lang} ${msg.voicePrompt}`)
        session.history.push({ role: 'user', content: msg.voicePrompt })
        turn?.abort()
        turn = new AbortController()
        await answer(ws, session, turn.signal)
        break
      case 'interrupt':
        turn?.abort()
        break
      case 'error':
        console.error(`error ${msg.description}`)
    }
  })
  ws.on('close', (code) => {
    console.log(`close ${code}`)
    sessions.delete(req.params.sessionId)
  })
})

async function answer(ws, session, signal) {
  const [question] = session.history.slice(-1)
  const reply = /hours/i.test(question.content)
    ? 'The garden shop is open from eight to five.'
    : 'Please say that again.'
  const tokens = reply.split(/(?= )/)
  for (const [i, token] of tokens.entries()) {
    if (signal.aborted) return
    ws.send(JSON.stringify({ type: 'text', token, last: i === tokens.length - 1 }))
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  session.history.push({ role: 'assistant', content: reply })
}

app.listen(PORT, '127.0.0.1', () => console.log(`Listening on ${PORT}`))
