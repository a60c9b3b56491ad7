import { createRoot } from 'react-dom/client'
import { App } from './app.js'
import { applyTheme } from './theme.js'
import './styles/base.css'
import './styles/controls.css'
import './styles/layout.css'
import './styles/call.css'
import './styles/flow.css'

applyTheme()
createRoot(document.getElementById('root')!).render(<App />)
