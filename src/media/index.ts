export { createMediaPort } from './create-media-port.js'
export type { LoadSpeech, MediaPlaneOptions, Speech } from './options.js'
export type { MediaCommand, MediaEvent, MediaPort, OpenLeg, StartSession } from './port.js'
export { Recorder } from './recorder.js'
