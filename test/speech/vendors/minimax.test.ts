import { MiniMax } from './minimax-server.js'
import { testVoice } from './support/voice-contract.js'

testVoice('minimax', () => new MiniMax())
