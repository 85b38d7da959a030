"""A libtorrent node, which joins the network through one of ours and tells what it sees: a JSON object a line. It does what its
standard input says, a JSON object a line, until that ends.
  /usr/bin/python3 peer.py HOST:PORT BOOTSTRAP_HOST:PORT
"""
import hashlib
import json
import os
import select
import sys

import libtorrent

own, bootstrap = sys.argv[1:3]


def tell(event, **details):
    print(json.dumps({"event": event, **details}), flush=True)


session = libtorrent.session({
    "listen_interfaces": own,
    "dht_bootstrap_nodes": "",
    "enable_dht": True,
    "enable_lsd": False,
    "enable_upnp": False,
    "enable_natpmp": False,
    "alert_mask": libtorrent.alert.category_t.all_categories,
    # on loopback all nodes have addresses that are alike, and none that is routable
    "dht_restrict_routing_ips": False,
    "dht_restrict_search_ips": False,
    "dht_ignore_dark_internet": False,
    "dht_enforce_node_id": False,
    "dht_prefer_verified_node_ids": False,
    # ten nodes ask here what ten million would
    "dht_block_ratelimit": 1000000,
    "dht_upload_rate_limit": 1000000,
})


def split(address):
    host, port = address.rsplit(":", 1)
    return host, int(port)


def node_id():
    """The first of its ids, one for each address it listens at."""
    state = session.save_state()[b"dht state"]
    return state[b"node-id"][0][:20]


def expanded(seed):
    """The form of a private key that libtorrent wants (RFC 8032, section 5.1.5)."""
    key = bytearray(hashlib.sha512(seed).digest())
    key[0] &= 248
    key[31] &= 63
    key[31] |= 64
    return bytes(key)


def info_hash(order):
    return libtorrent.sha1_hash(bytes.fromhex(order["info_hash"]))


def put(order):
    session.dht_put_immutable_item(order["value"])


def get(order):
    session.dht_get_immutable_item(libtorrent.sha1_hash(bytes.fromhex(order["target"])))


def put_mutable(order):
    session.dht_put_mutable_item(expanded(bytes.fromhex(order["seed"])), bytes.fromhex(order["public_key"]),
                                 order["value"].encode(), order["salt"].encode())


def get_mutable(order):
    session.dht_get_mutable_item(bytes.fromhex(order["public_key"]), order["salt"].encode())


def announce(order):
    """As a torrent of which nothing is known yet: the binding does not let an announcement be made alone."""
    torrent = libtorrent.add_torrent_params()
    torrent.info_hashes = libtorrent.info_hash_t(info_hash(order))
    torrent.save_path = "."
    session.add_torrent(torrent).force_dht_announce()


def get_peers(order):
    session.dht_get_peers(info_hash(order))


def live_nodes(order):
    session.dht_live_nodes(libtorrent.sha1_hash(node_id()))


ACTIONS = {action.__name__: action for action in (put, get, put_mutable, get_mutable, announce, get_peers, live_nodes)}


def item(alert):
    """What was found. An alert without an item has one of no type, which cannot be had."""
    try:
        value = alert.item
    except RuntimeError:
        return {"found": False, "value": ""}
    value = value.get("value") if isinstance(value, dict) else value
    return {"found": value is not None, "value": value.decode() if isinstance(value, bytes) else ""}


def heard(alert):
    if isinstance(alert, libtorrent.dht_put_alert):
        tell("put", target=str(alert.target), sequence=alert.seq, stored=alert.num_success)
    elif isinstance(alert, libtorrent.dht_immutable_item_alert):
        tell("get", target=str(alert.target), **item(alert))
    elif isinstance(alert, libtorrent.dht_mutable_item_alert):
        tell("get_mutable", salt=alert.salt, sequence=alert.seq, authoritative=alert.authoritative, **item(alert))
    elif isinstance(alert, libtorrent.dht_get_peers_reply_alert):
        tell("get_peers", info_hash=str(alert.info_hash), peers=[f"{host}:{port}" for host, port in alert.peers()])
    elif isinstance(alert, libtorrent.dht_live_nodes_alert):
        tell("live_nodes", nodes=[{"id": str(node["nid"]), "address": f"{node['endpoint'][0]}:{node['endpoint'][1]}"}
                                  for node in alert.nodes])


session.add_dht_node(split(bootstrap))
tell("listening", id=node_id().hex())
pending = b""
while True:
    session.wait_for_alert(50)
    for alert in session.pop_alerts():
        heard(alert)
    while select.select([sys.stdin], [], [], 0)[0]:
        read = os.read(sys.stdin.fileno(), 65536)
        if not read:
            sys.exit(0)
        pending += read
        while b"\n" in pending:
            line, pending = pending.split(b"\n", 1)
            order = json.loads(line)
            ACTIONS[order["do"]](order)
