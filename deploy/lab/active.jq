# Both nodes carry traffic: node0 leads the LAN, node1 the WAN, and what comes back takes its place again.
(.["fairway-authority:authority"].router[] | select(.name == "east")) |= (
    (.interface[] | select(.name == "wan"))["preferred-leader"] = "node1"
    | .interface[].revertive = true
    | .pair["hold-down-ms"] = 1000
)
