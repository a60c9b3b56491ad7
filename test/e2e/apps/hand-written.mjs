// Pages as an old PHP site prints them, served with the content type that it has always had.
import http from 'node:http'
import { WebSocketServer } from 'ws'

const host = process.env.HOSTNAME

const pages = {
  '/index.php': `


  <Response >
    <Say  Voice='alice'
          LANGUAGE='en-US' >Please hold.</Say>
    <Connect  Action = "/after.php?call=1&amp;lang=en"   METHOD="get" >
      <ConversationRelay
            url = "wss://${host}/socket.php"
            WelcomeGreeting="You are talking to Rosie&apos;s florist."
            TTSProvider="Elevenlabs"   ttslanguage="en-US"
            DTMFDetection="TRUE"
            interruptible="True"
            interruptByDtmf="true"
            welcomeGreetingPreemptible="false"
            profanityfilter="false"
            hints="opening hours"
            foo="bar"
      >
        <Parameter Name="shop" VALUE="rosie" />
      </ConversationRelay>
    </Connect>
  </Response>

`,
  '/after.php': '\n<Response><Say>Roses are red.</Say><Hangup /></Response>',
}

const server = http.createServer((req, res) => {
  const { pathname, searchParams } = new URL(req.url, 'http://localhost')
  console.log(
    `page ${req.method} ${pathname} ${searchParams.get('lang')} ${searchParams.get('SessionStatus')}`,
  )
  res.setHeader('Content-Type', 'text/html; charset=UTF-8')
  res.end(pages[pathname] ?? '')
})

new WebSocketServer({ server, path: '/socket.php' }).on('connection', (ws) => {
  ws.on('message', (data) => {
    const message = JSON.parse(data)
    if (message.type === 'setup') console.log(`setup ${message.customParameters.shop}`)
    if (message.type === 'dtmf') console.log(`dtmf ${message.digit}`)
    if (message.type !== 'prompt') return
    console.log(`prompt ${message.lang} ${message.voicePrompt}`)
    ws.send(JSON.stringify({ type: 'text', token: 'Every flower is sold before noon.', last: true }))
    ws.send(JSON.stringify({ type: 'end', handoffData: '' }))
  })
  ws.on('close', (code) => console.log(`close ${code}`))
})

server.listen(process.env.PORT, '127.0.0.1', () => console.log(`Listening on ${process.env.PORT}`))
