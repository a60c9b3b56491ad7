import { Resemble } from './resemble-server.js'
import { testVoice } from './support/voice-contract.js'

testVoice('resemble', () => new Resemble())
