export { Console, type ConsoleOptions } from './console.js'
export { Expiry, type ExpiryOptions } from './expiry.js'
export { readBuilt } from './pages/page-files.js'
export { sendIndex } from './pages/page-routes.js'
