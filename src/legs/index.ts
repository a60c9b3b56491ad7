export type { CallerStep } from './caller-script.js'
export type { FrameTap, PacedLegOptions } from './paced-leg.js'
export { RtpLeg, type RtpLegOptions } from './rtp-leg.js'
export { SimulatedLeg, type SimulatedLegOptions } from './simulated-leg.js'
