// A node of the public DHT's most used JavaScript client, which joins the network through one of ours and tells what it sees:
// a JSON object a line. Then it does what its standard input says, a JSON object a line, until that ends.
//   node peer.js HOST BOOTSTRAP_HOST:PORT HASH TARGET_HEX...
import crypto from 'node:crypto'
import readline from 'node:readline'
import DHT from 'bittorrent-dht'

const [host, bootstrap, hash, ...targets] = process.argv.slice(2)
const tell = (event, details) => process.stdout.write(JSON.stringify({ event, ...details }) + '\n')
const place = (node) => ({ id: node.id.toString('hex'), address: `${node.host || node.address}:${node.port}` })
const words = (error) => error ? error.message : ''
const bytes = (hex) => Buffer.from(hex, 'hex')

const SPKI = bytes('302a300506032b6570032100')
const keys = crypto.generateKeyPairSync('ed25519')
const publicKey = keys.publicKey.export({ format: 'der', type: 'spki' }).subarray(SPKI.length)

const dht = new DHT({
  bootstrap: [bootstrap],
  hash: (bytes) => crypto.createHash(hash).update(bytes).digest(),
  verify: (signature, message, key) => crypto.verify(
    null, message, crypto.createPublicKey({ key: Buffer.concat([SPKI, key]), format: 'der', type: 'spki' }), signature)
})

dht.on('error', (error) => { tell('error', { text: error.message }); process.exit(1) })
dht.on('warning', (error) => tell('warning', { text: error.message }))
dht._rpc.on('query', (query, peer) => tell('query', {
  method: query.q.toString(), id: query.a.id.toString('hex'), address: `${peer.address}:${peer.port}`
}))

dht.listen(0, host, () => tell('listening', { id: dht.nodeId.toString('hex'), address: `${host}:${dht.address().port}` }))

dht.on('ready', async () => {
  tell('ready', { nodes: dht.nodes.toArray().map(place), public_key: publicKey.toString('hex') })
  for (const target of targets) {
    await findNode(bytes(target))
  }
  for (const node of dht.nodes.toArray()) {
    await ping(node)
  }
  tell('table', { nodes: dht.nodes.toArray().map(place) })
})

// An iterative lookup, with the client's own algorithm; who answered and what came first.
function findNode (target) {
  const visited = []
  return new Promise((resolve) => {
    dht._rpc.closest(target, { q: 'find_node', a: { target } }, (message, peer) => {
      visited.push(place({ id: message.r.id, ...peer }))
    }, (error) => {
      tell('find_node', { target: target.toString('hex'), failure: words(error), visited })
      resolve()
    })
  })
}

function ping (node) {
  return new Promise((resolve) => {
    dht._rpc.query(node, { q: 'ping' }, (error, answer, peer) => {
      tell('ping', { ...place(node), failure: words(error), answered_id: error ? '' : answer.r.id.toString('hex') })
      resolve()
    })
  })
}

const actions = {
  put: ({ value }, done) => dht.put({ v: Buffer.from(value) }, stored(done)),

  put_mutable: ({ value, salt, sequence, cas }, done) => dht.put({
    v: Buffer.from(value),
    k: publicKey,
    salt: Buffer.from(salt),
    seq: sequence,
    cas,
    sign: (message) => crypto.sign(null, message, keys.privateKey)
  }, stored(done)),

  get: ({ target, salt }, done) => {
    dht._values.clear() // what ours have stored at this very node would be no news of ours
    dht.get(bytes(target), { cache: false, salt: salt ? Buffer.from(salt) : undefined }, (error, found) => done({
      failure: words(error), found: Boolean(found), value: found ? found.v.toString() : '', sequence: found && found.seq ? found.seq : 0
    }))
  },

  announce: ({ info_hash: infoHash, port }, done) => dht.announce(bytes(infoHash), port, (error) => done({ failure: words(error) })),

  lookup: ({ info_hash: infoHash }, done) => {
    const peers = new Set()
    const heard = (peer) => peers.add(`${peer.host}:${peer.port}`)
    dht._peers.clear(infoHash) // as above
    dht.on('peer', heard)
    dht.lookup(bytes(infoHash), (error) => {
      dht.off('peer', heard)
      done({ failure: words(error), peers: [...peers] })
    })
  }
}

function stored (done) {
  return (error, target, count) => done({ failure: words(error), target: target ? target.toString('hex') : '', stored: count || 0 })
}

const input = readline.createInterface({ input: process.stdin })
input.on('line', (line) => {
  const order = JSON.parse(line)
  actions[order.do](order, (result) => tell(order.do, { order: order.order, ...result }))
})
input.on('close', () => dht.destroy(() => process.exit(0)))
