import { SonioxVoice } from './soniox-voice-server.js'
import { testVoice } from './support/voice-contract.js'

testVoice('soniox', () => new SonioxVoice())
