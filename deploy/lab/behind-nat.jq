# Puts router east behind a NAT: west cannot reach it before it has spoken. jq -f behind-nat.jq lab.json; the links and the
# NAT are lab_nat's.
."fairway-authority:authority".router[0].interface[1] |= (
    .address = "192.168.7.1/24" | .gateway = "192.168.7.254" | .peering = { "outbound-only": true }
)
