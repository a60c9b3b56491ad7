// One file, no framework: the page and the socket are told apart by the upgrade, so the socket needs no path.
import http from 'node:http'
import { WebSocketServer } from 'ws'

const host = process.env.HOSTNAME

const server = http.createServer((req, res) => {
  res.setHeader('Content-Type', 'text/xml')
  if (req.url === '/action') {
    let body = ''
    req.on('data', (chunk) => (body += chunk))
    req.on('end', () => {
      const params = new URLSearchParams(body)
      const handoff = JSON.parse(params.get('HandoffData') || '{}')
      console.log(`action ${params.get('SessionStatus')} ${handoff.reasonCode}`)
      res.end('<Response><Say>A gardener will call you back.</Say></Response>')
    })
    return
  }
  res.end(
    `<?xml version="1.0" encoding="UTF-8"?><Response><Connect action="https://${host}/action"><ConversationRelay url="wss://${host}" welcomeGreeting="You have reached the nursery." hints="opening hours" dtmfDetection="true"/></Connect></Response>`,
  )
})

new WebSocketServer({ server }).on('connection', (ws, req) => {
  console.log(`connected ${req.url}`)
  ws.on('message', (raw) => {
    const msg = JSON.parse(raw)
    if (msg.type === 'prompt') {
      console.log(`prompt ${msg.lang} ${msg.voicePrompt}`)
      ws.send(JSON.stringify({ type: 'text', token: 'I will pass that on.', last: true }))
      ws.send(
        JSON.stringify({
          type: 'end',
          handoffData: JSON.stringify({ reasonCode: 'live-agent-handoff', reason: msg.voicePrompt }),
        }),
      )
    }
  })
  ws.on('close', (code) => console.log(`close ${code}`))
})

server.listen(process.env.PORT, '127.0.0.1', () => console.log(`Listening on ${process.env.PORT}`))
