import { z } from 'zod'
import { secretText } from './fields.js'

const aServerUrl = 'stun:host, turn:host or turns:host, with a port where it is not the usual one'

const iceServer = z
  .strictObject({
    url: z
      .string(aServerUrl)
      .regex(/^(stuns?|turns?):(\[[\da-f:]+\]|[\w.-]+)(:\d{1,5})?(\?transport=(udp|tcp))?$/i, aServerUrl)
      .describe('`stun:stun.example.com`, `turn:turn.example.com:3478?transport=udp`, `turns:…`.'),
    username: z.string().min(1).optional().describe('Name at a TURN server.'),
    credential: secretText('Password at a TURN server.'),
    secret: secretText(
      "In place of both: shared with the TURN server, which takes passwords made of it (coturn's `use-auth-secret`).",
    ),
  })
  .superRefine(({ username, credential }, context) => {
    if ((username === undefined) === (credential === undefined)) return
    const path = [username === undefined ? 'username' : 'credential']
    context.addIssue({ code: 'custom', message: 'username and credential together', path, input: undefined })
  })

/** `webrtc`: calls with browsers. Their media uses the addresses and ports of `rtp`. */
export const webrtc = z.strictObject({
  enabled: z.boolean().default(true).describe('Whether browsers can call, and be called.'),
  iceServers: z
    .array(iceServer)
    .max(8)
    .default([])
    .describe('STUN and TURN servers, for browsers that cannot reach `rtp.host` or `rtp.publicAddress`.'),
})
