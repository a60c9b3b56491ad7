import { testVoice } from './support/voice-contract.js'
import { XaiVoice } from './xai-server.js'

testVoice('xai', () => new XaiVoice())
