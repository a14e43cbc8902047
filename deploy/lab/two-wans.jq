# Applied after two-lans.jq: each node has a WAN of its own with a waypoint of its own, and services on the LANs can be
# reached from behind west.
def bfd: { "peering": { "bfd": { "desired-tx-ms": 200, "required-rx-ms": 200, "multiplier": 5 } } };
.["fairway-authority:authority"] |= (
    .tenant += [{ "name": "office", "source-prefix": ["10.2.0.0/24"] }]
    | .service += [
        {
            "name": "home",
            "prefix": ["10.1.0.0/24"],
            "transport": [{ "protocol": "tcp", "port": ["7000-7999"] }],
            "access-policy": [{ "tenant": "office", "permission": "allow" }]
        },
        {
            "name": "home2",
            "prefix": ["10.3.0.0/24"],
            "transport": [{ "protocol": "tcp", "port": ["7000-7999"] }],
            "access-policy": [{ "tenant": "office", "permission": "allow" }]
        }
    ]
    | (.router[] | select(.name == "east")) |= (
        (.interface[] | select(.name == "wan")) |= (
            del(.["virtual-mac"], .["preferred-leader"]) + bfd
            | .device = [{ "node": "node0", "device": "wan0" }]
        )
        | .interface += [
            {
                "name": "wan2",
                "address": "172.18.0.1/24",
                "device": [{ "node": "node1", "device": "wan0" }],
                "neighborhood": ["wan2"]
            } + bfd
        ]
        | .["service-route"] += [{ "service": "home", "interface": "lan" }, { "service": "home2", "interface": "lan2" }]
    )
    | (.router[] | select(.name == "west")) |= (
        (.interface[] | select(.name == "wan")) |= . + bfd
        | .interface += [
            {
                "name": "wan2",
                "address": "172.18.0.2/24",
                "device": [{ "node": "remote0", "device": "wan1" }],
                "neighborhood": ["wan2"]
            } + bfd
        ]
        | .["service-route"] += [{ "service": "home", "peer": "east" }, { "service": "home2", "peer": "east" }]
    )
)
