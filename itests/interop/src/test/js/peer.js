// A node of the public DHT's most used JavaScript client, which joins the network through one of ours and tells what it sees:
// a JSON object a line. It serves until its standard input ends.
//   node peer.js HOST BOOTSTRAP_HOST:PORT HASH TARGET_HEX...
import crypto from 'node:crypto'
import DHT from 'bittorrent-dht'

const [host, bootstrap, hash, ...targets] = process.argv.slice(2)
const tell = (event, details) => process.stdout.write(JSON.stringify({ event, ...details }) + '\n')
const place = (node) => ({ id: node.id.toString('hex'), address: `${node.host || node.address}:${node.port}` })

const dht = new DHT({
  bootstrap: [bootstrap],
  hash: (bytes) => crypto.createHash(hash).update(bytes).digest()
})

dht.on('error', (error) => { tell('error', { text: error.message }); process.exit(1) })
dht.on('warning', (error) => tell('warning', { text: error.message }))
dht._rpc.on('query', (query, peer) => tell('query', {
  method: query.q.toString(), id: query.a.id.toString('hex'), address: `${peer.address}:${peer.port}`
}))

dht.listen(0, host, () => tell('listening', { id: dht.nodeId.toString('hex'), address: `${host}:${dht.address().port}` }))

dht.on('ready', async () => {
  tell('ready', { nodes: dht.nodes.toArray().map(place) })
  for (const target of targets) {
    await findNode(Buffer.from(target, 'hex'))
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
      tell('find_node', { target: target.toString('hex'), failure: error ? error.message : '', visited })
      resolve()
    })
  })
}

function ping (node) {
  return new Promise((resolve) => {
    dht._rpc.query(node, { q: 'ping' }, (error, answer, peer) => {
      tell('ping', { ...place(node), failure: error ? error.message : '', answered_id: error ? '' : answer.r.id.toString('hex') })
      resolve()
    })
  })
}

process.stdin.on('end', () => dht.destroy(() => process.exit(0))).resume()
