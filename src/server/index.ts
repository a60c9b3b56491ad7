export { createLogger, type LogOptions } from './logger.js'
export { Metrics } from './metrics.js'
export { Readiness, type ReadinessReport } from './readiness.js'
export { createServer, type ParleyServer, type ServerOptions } from './server.js'
