import { Inworld } from './inworld-server.js'
import { testVoice } from './support/voice-contract.js'

testVoice('inworld', () => new Inworld())
