import { amazonSttVendor } from './stt/amazon.js'
import { assemblyAiVendor } from './stt/assemblyai.js'
import { azureSttVendor } from './stt/azure.js'
import { deepgramVendor } from './stt/deepgram.js'
import { deepgramFluxVendor } from './stt/deepgram-flux.js'
import { googleSttVendor } from './stt/google.js'
import { openAiVendor } from './stt/openai.js'
import { compatibleSttVendor, openAiFileVendor } from './stt/openai-file.js'
import { pocketSphinxVendor } from './stt/pocketsphinx.js'
import { sherpaSttVendor } from './stt/sherpa-onnx.js'
import { sonioxVendor } from './stt/soniox.js'
import { speechmaticsVendor } from './stt/speechmatics.js'
import { telnyxSttVendor } from './stt/telnyx.js'
import { xaiSttVendor } from './stt/xai.js'
import { azureTtsVendor } from './tts/azure.js'
import { cartesiaVendor } from './tts/cartesia.js'
import { deepgramTtsVendor } from './tts/deepgram.js'
import { elevenLabsVendor } from './tts/elevenlabs.js'
import { espeakVendor } from './tts/espeak-ng.js'
import { fliteVendor } from './tts/flite.js'
import { googleTtsVendor } from './tts/google.js'
import { inworldVendor } from './tts/inworld.js'
import { minimaxVendor } from './tts/minimax.js'
import { compatibleTtsVendor, openAiTtsVendor } from './tts/openai.js'
import { pollyVendor } from './tts/polly.js'
import { resembleVendor } from './tts/resemble.js'
import { rimeVendor } from './tts/rime.js'
import { sherpaTtsVendor } from './tts/sherpa-onnx.js'
import { sonioxTtsVendor } from './tts/soniox.js'
import { telnyxTtsVendor } from './tts/telnyx.js'
import { xaiTtsVendor } from './tts/xai.js'
import { isCloud, type SttVendor, type TtsVendor } from './vendor.js'
import type { VendorVariables } from './vendor-settings.js'

/** Every text-to-speech vendor, best first: `auto` takes the first that works and speaks the language. */
export const ttsVendors: readonly TtsVendor[] = [
  elevenLabsVendor,
  cartesiaVendor,
  deepgramTtsVendor,
  rimeVendor,
  inworldVendor,
  minimaxVendor,
  resembleVendor,
  xaiTtsVendor,
  sonioxTtsVendor,
  azureTtsVendor,
  googleTtsVendor,
  pollyVendor,
  telnyxTtsVendor,
  openAiTtsVendor,
  compatibleTtsVendor,
  sherpaTtsVendor,
  fliteVendor,
  espeakVendor,
]

/** Every speech-to-text vendor, best first. */
export const sttVendors: readonly SttVendor[] = [
  deepgramFluxVendor,
  deepgramVendor,
  assemblyAiVendor,
  sonioxVendor,
  speechmaticsVendor,
  openAiVendor,
  xaiSttVendor,
  azureSttVendor,
  googleSttVendor,
  amazonSttVendor,
  telnyxSttVendor,
  compatibleSttVendor,
  openAiFileVendor,
  sherpaSttVendor,
  pocketSphinxVendor,
]

/** The sections of `speech.vendors`, with the environment variables that set the same. */
export const vendorAccounts: ReadonlyMap<string, VendorVariables> = accounts()

function accounts(): Map<string, VendorVariables> {
  const found = new Map<string, VendorVariables>()
  for (const vendor of [...sttVendors, ...ttsVendors]) {
    if (isCloud(vendor)) found.set(vendor.account, { ...found.get(vendor.account), ...vendor.variables })
  }
  return found
}
