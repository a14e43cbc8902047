#!/usr/bin/env bash
# Two nodes that live and lose sight of each other on every path: the witness lets one of them serve.
#
#   client: connections --- [LAN] --- {node0  x  node1} --- [WAN] --- remote --- server
#                                        \      /
#                                       [witness]
set -eu
. "$(dirname "$0")/../lib/e2e.sh"
e2e_begin fairway

network() {
    lab_bridge mgtbr
    ip addr add 10.98.0.254/24 dev mgtbr
    lab_plug node0 mgt0 mgtbr
    lab_plug node1 mgt0 mgtbr
    ip -n node0 addr add 10.98.0.1/24 dev mgt0
    ip -n node1 addr add 10.98.0.2/24 dev mgt0
}

# Beats are frames of type 0x88b5; everything else still passes.
split() {
    printf '%s\n' 'add table bridge split' \
        'add chain bridge split forward { type filter hook forward priority 0; policy accept; }' \
        'add rule bridge split forward ether type 0x88b5 counter drop' | nft -f -
    ip -n node0 link set fab0 down
    ip -n node0 link set fab1 down
}

heal() {
    nft delete table bridge split
    ip -n node0 link set fab0 up
    ip -n node0 link set fab1 up
}

one_serves() {
    node_ask node0 pair >"$traffic_dir/pair0.json" || return 1
    node_ask node1 pair >"$traffic_dir/pair1.json" || return 1
    jq -c '[.node, .state, .leaseLeftMs, .ownBuckets]' "$traffic_dir"/pair?.json
    jq -es 'map(select(.state == "SOLO" and .leaseLeftMs > 0)) | length == 1' "$traffic_dir"/pair?.json &&
        jq -es 'map(select(.state != "SOLO" and .leaseLeftMs > 0)) | length == 0' "$traffic_dir"/pair?.json
}

still_one() {
    local i
    for i in 1 2 3 4 5; do one_serves || return 1; sleep 1; done
    grep -c 'may serve alone' "$traffic_dir/witness.log" | grep -qx 1
}

both_paired() { node_is_paired node0 && node_is_paired node1; }

network
jq '(.["fairway-authority:authority"].router[] | select(.name == "east").pair).witness = { address: "10.98.0.254" }' \
    "$deploy_dir/lab/lab.json" >"$node_root/witness.json"
node_config=$node_root/witness.json
"$deploy_dir/bin/fairway" witness run --config "$node_config" --listen 10.98.0.254 >"$traffic_dir/witness.log" 2>&1 &
witness=$!
node_start_all
e2e_echo 50
e2e_check 'both nodes see each other' both_paired
split
e2e_check 'the witness lets one node serve' wait_for 20 'one to serve' one_serves
e2e_check 'and one only, for as long as the split lasts' still_one
e2e_check 'every connection echoes' e2e_echo_alive
heal
e2e_check 'the nodes find each other again' wait_for 60 'both nodes' both_paired
e2e_check 'every connection echoes' e2e_echo_alive
kill "$witness"
e2e_check 'without a witness two nodes go on' both_paired
e2e_check 'every connection echoes' e2e_echo_alive
e2e_end
