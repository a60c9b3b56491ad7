// Its database is gone: the first request fails, and then it hangs.
import express from 'express'

const app = express()
app.use(express.urlencoded({ extended: false }))
let pool = { query: async () => Promise.reject(new Error('connection terminated unexpectedly')) }

app.use(async (req, res) => {
  console.log(`asked ${req.path} ${req.body.ErrorCode ?? ''} ${req.body.ErrorUrl ?? ''}`)
  try {
    const { rows } = await pool.query('select greeting from tenants where number = $1', [req.body.To])
    res.type('text/xml').send(`<Response><Say>${rows[0].greeting}</Say></Response>`)
  } catch (error) {
    pool = { query: () => new Promise(() => {}) }
    res.status(500).json({ error: error.message })
  }
})

app.listen(process.env.PORT, '127.0.0.1', () => console.log(`Listening on ${process.env.PORT}`))
