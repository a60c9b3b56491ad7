import { parentPort } from 'node:worker_threads'
import { urgency } from './urgency.js'

parentPort!.postMessage(urgency())
