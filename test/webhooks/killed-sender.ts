import { systemClock } from '../../src/base/clock.js'
import { silentLog } from '../../src/base/log.js'
import { Store } from '../../src/store/index.js'
import { HttpTransport, Outbox } from '../../src/webhooks/index.js'

// Child process of kill.test.ts: delivers what an earlier one left, and what it makes itself: as many webhooks as told,
// ten to a call. Says `stored` once they are in the database, and lives until it is killed.

const [, , file, url, count] = process.argv as [string, string, string, string, string]
const store = await Store.open({ file })
const outbox = await Outbox.open({
  clock: systemClock,
  log: silentLog,
  records: store.webhooks,
  send: new HttpTransport(10).send,
  formats: {
    plain: {
      render: (webhook, target) => ({
        ...target,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ id: webhook.id, queue: webhook.queue }),
      }),
    },
  },
})
outbox.resume()
for (let n = 0; n < Number(count); n++) {
  outbox.send({
    id: `id-${n}`,
    queue: `call-${n % 10}`,
    format: 'plain',
    event: 'call.answered',
    targets: [{ url, method: 'POST' }],
    payload: {},
    policy: { timeoutMs: 30_000, retriesMs: [100, 100, 100] },
    createdAt: systemClock.now(),
  })
}
await store.flush()
process.stdout.write('stored\n')
setInterval(() => {}, 1_000)
