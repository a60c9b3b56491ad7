import { Rime } from './rime-server.js'
import { testVoice } from './support/voice-contract.js'

testVoice('rime', () => new Rime())
