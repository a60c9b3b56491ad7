export { type CatalogueModel, catalogue, findModel, type ReleaseFile, releases } from './catalogue.js'
export {
  isStreaming,
  isVoice,
  type ModelKind,
  type ModelTask,
  type OfflineKind,
  type StreamingKind,
  taskOf,
  type VoiceKind,
} from './kinds.js'
export type { Trust } from './manifest.js'
export { type InstalledModel, ModelFolder } from './model-folder.js'
export { type Pulled, type PullOptions, pullModel } from './pull.js'
