# Two LANs before the pair: node0 leads the first one and the WAN, node1 the second one; each takes its place again.
(.["fairway-authority:authority"].tenant[] | select(.name == "staff"))["source-prefix"] += ["10.3.0.0/24"]
| (.["fairway-authority:authority"].router[] | select(.name == "east")) |= (
    .interface += [
        {
            "name": "lan2",
            "address": "10.3.0.1/24",
            "device": [{ "node": "node0", "device": "lan1" }, { "node": "node1", "device": "lan1" }],
            "virtual-mac": "02:fa:17:00:03:01",
            "preferred-leader": "node1"
        }
    ]
    | .interface[].revertive = true
    | .pair["hold-down-ms"] = 1000
)
