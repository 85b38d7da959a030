// Networks of other programs' nodes in one process, on the loopback interface, measured as network.sh measures ours: lookups of random
// keys, reads of stored values by nodes that hold none, and the next reads after many nodes died at once.
//   node --expose-gc rivals.js bittorrent-dht|hyperdht [NODES [ROUNDS [SHARE_KILLED]]]
import crypto from 'node:crypto'
import dgram from 'node:dgram'
import { once } from 'node:events'

const name = process.argv[2]
const [nodeCount, rounds, share] = [100, 1000, 0.5].map((otherwise, i) => Number(process.argv[3 + i] || otherwise))
const VALUES = 500
const VALUE_BYTES = 100
const SETTLE_MS = 10_000

const rivals = {
  'bittorrent-dht': async () => {
    const { default: DHT } = await import('bittorrent-dht')
    let sent = 0
    const send = dgram.Socket.prototype.send
    dgram.Socket.prototype.send = function (...args) {
      sent++
      return send.apply(this, args)
    }
    return {
      keyBytes: 20,
      sent: () => sent,
      async start (bootstrap) {
        const dht = new DHT({ bootstrap: bootstrap ? [`127.0.0.1:${bootstrap.address().port}`] : false })
        dht.on('error', () => {})
        dht.listen(0, '127.0.0.1')
        await once(dht, 'ready')
        return dht
      },
      lookup: (dht, target) => new Promise((resolve) =>
        dht._rpc.closest(target, { q: 'find_node', a: { id: dht.nodeId, target } }, () => true, resolve)),
      put: (dht, v) => new Promise((resolve, reject) =>
        dht.put({ v }, (error, key, copies) => error ? reject(error) : resolve({ key, copies }))),
      get: (dht, key) => new Promise((resolve) => dht.get(key, (error, found) => resolve(error || !found ? null : found.v))),
      holds: (dht, key) => Boolean(dht._values.get(key.toString('hex'))),
      kill: (dht) => dht.destroy()
    }
  },
  hyperdht: async () => {
    const { default: DHT } = await import('hyperdht')
    const { default: Socket } = await import('udx-native/lib/socket.js')
    let sent = 0
    for (const name of ['send', 'trySend']) {
      const send = Socket.prototype[name]
      Socket.prototype[name] = function (...args) {
        sent++
        return send.apply(this, args)
      }
    }
    return {
      keyBytes: 32,
      sent: () => sent,
      async start (bootstrap) {
        const to = bootstrap ? [{ host: '127.0.0.1', port: bootstrap.address().port }] : []
        const node = new DHT({ ephemeral: false, firewalled: false, bootstrap: to, host: '127.0.0.1' })
        await node.fullyBootstrapped()
        return node
      },
      lookup: (dht, target) => dht.findNode(target).finished(),
      put: async (dht, value) => {
        const { hash, closestNodes } = await dht.immutablePut(value)
        return { key: hash, copies: closestNodes.length }
      },
      get: async (dht, key) => (await dht.immutableGet(key))?.value ?? null,
      holds: (dht, key) => Boolean(dht._persistent?.immutables.get(key.toString('hex'))),
      kill: (dht) => dht.destroy({ force: true })
    }
  }
}

if (!rivals[name]) {
  console.error('usage: node --expose-gc rivals.js ' + Object.keys(rivals).join('|') + ' [NODES [ROUNDS [SHARE_KILLED]]]')
  process.exit(2)
}

const pick = (list) => list[Math.floor(Math.random() * list.length)]
const memory = () => {
  for (let i = 0; i < 5; i++) globalThis.gc?.()
  return process.memoryUsage()
}

function describe (millis) {
  const sorted = Float64Array.from(millis).sort()
  const at = (q) => sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(q * sorted.length) - 1))].toFixed(2)
  return `p50 ${at(0.5)}, p95 ${at(0.95)}, p99 ${at(0.99)}, longest ${at(1)} ms`
}

async function timed (count, action) {
  const millis = []
  for (let i = 0; i < count; i++) {
    const begun = performance.now()
    if (await action(i) !== false) millis.push(performance.now() - begun)
  }
  return millis
}

const rival = await rivals[name]()
const before = memory()
let nodes = []
for (let i = 0; i < nodeCount; i++) nodes.push(await rival.start(nodes[0]))
await new Promise((resolve) => setTimeout(resolve, SETTLE_MS))

const lookup = () => rival.lookup(pick(nodes), crypto.randomBytes(rival.keyBytes))
await timed(rounds, lookup)
const after = memory()
let sent = rival.sent()
const lookups = await timed(rounds, lookup)
console.log(`${name}, ${nodeCount} nodes: ${rounds} lookups: ${describe(lookups)}; ${((rival.sent() - sent) / rounds).toFixed(1)} datagrams each`)
const kilobytes = (kind) => ((after[kind] - before[kind]) / nodeCount / 1000).toFixed(1)
console.log(`  memory of a node: heap ${kilobytes('heapUsed')} KB, resident ${kilobytes('rss')} KB`)

const values = []
const puts = await timed(VALUES, async () => {
  const value = crypto.randomBytes(VALUE_BYTES)
  values.push({ value, ...await rival.put(pick(nodes), value) })
})
console.log(`  ${VALUES} values put: ${(values.reduce((sum, { copies }) => sum + copies, 0) / VALUES).toFixed(1)} copies each; ${describe(puts)}`)

async function read (count) {
  let found = 0
  sent = rival.sent()
  const millis = []
  for (let i = 0; i < count; i++) {
    const { key, value } = pick(values)
    let reader = pick(nodes)
    for (let tries = 0; rival.holds(reader, key) && tries < 1000; tries++) reader = pick(nodes)
    const begun = performance.now()
    const got = await rival.get(reader, key)
    millis.push(performance.now() - begun)
    if (got && Buffer.compare(Buffer.from(got), value) === 0) found++
  }
  return `${count} reads: ${describe(millis)}; found ${found}; ${((rival.sent() - sent) / count).toFixed(1)} datagrams each`
}

await read(rounds)
console.log(`  all alive, ${await read(rounds)}`)
const victims = [...nodes].sort(() => Math.random() - 0.5).slice(0, Math.round(share * nodes.length))
nodes = nodes.filter((node) => !victims.includes(node))
await Promise.all(victims.map((victim) => rival.kill(victim)))
console.log(`  a share of ${share} died just before, ${await read(Math.min(rounds, 100))}`)
process.exit(0)
