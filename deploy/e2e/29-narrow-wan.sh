#!/usr/bin/env bash
# A WAN that carries less than the routers' links, and says nothing of what it drops: BFD finds out, packets are cut or
# refused to their senders, and TCP's segments are short enough.
#
#   client --- {node0, node1} --- [WAN: 2000] --- (1400) --- [WAN: 2000] --- remote --- server
set -eu
. "$(dirname "$0")/../lib/e2e.sh"
e2e_begin fairway

# The bridge's port before remote drops what is longer, both ways; the kernel lets four bytes more pass, for a VLAN tag.
# Before it, super-frames are cut as for a wire.
narrow_wan() {
    local end
    for end in node0 node1 remote; do
        ip -n "$end" link set wan0 mtu 2000
        ip link set "$end-wanbr" mtu 2000
        lab_exec "$end" ethtool -K wan0 tx off tso off gso off >/dev/null
    done
    ip link set remote-wanbr mtu 1396
}

# carries NODE BYTES: what this node has found out of its path.
carries() { [ "$(node_ask "$1" peers | jq '.[0].mtuBytes')" = "$2" ]; }

either_carries() { carries node0 "$1" || carries node1 "$1"; }

# told BYTES: an echo request of this size that may not be cut is refused, and what the client's kernel learns fits.
told() {
    ! lab_exec client ping -c 1 -W 3 -M 'do' -s "$1" "$lab_server" || return 1
    lab_exec client ip route get "$lab_server" | grep -oE 'mtu [0-9]+' | tee /dev/stderr >"$traffic_dir/mtu"
    local fits
    fits=$(cut -d' ' -f2 "$traffic_dir/mtu")
    [ "$fits" -lt 1400 ] && lab_exec client ping -c 3 -i 0.2 -W 3 -M 'do' -s $((fits - 28)) "$lab_server"
}

# cut_up BYTES: an echo of this size comes back, whoever has to cut it.
cut_up() {
    lab_exec client ip route flush cache
    lab_exec client ping -c 3 -i 0.2 -W 3 -M dont -s "$1" "$lab_server"
}

download() {
    local sum
    sum=$(lab_exec client curl -sS -m 60 "http://$lab_server/big" | sha256sum | cut -d' ' -f1)
    [ "$sum" = "$(cat "$traffic_dir/big.sha256")" ]
}

partner_knows() {
    node_kill "$(node_owner node1)"
    wait_for 10 'the partner to forward' lab_exec client ping -c 1 -W 1 "$lab_server"
    cut_up 1400 && told 1440
}

narrow_wan
jq -f "$deploy_dir/lab/sealed.jq" "$deploy_dir/lab/lab.json" |
    jq '."fairway-authority:authority".router[].interface |= map(if .name == "wan" then .mtu = 2000 else . end)' \
        >"$node_root/narrow.json"
node_config=$node_root/narrow.json
node_start_all
traffic_servers 4
e2e_check 'remote finds out what the path carries' wait_for 60 'it' carries remote0 1400
e2e_check 'and so does the pair' wait_for 60 'it' either_carries 1400
e2e_check 'who may not be cut is told, and what then comes passes' told 1440
e2e_check 'what may be cut passes in parts' cut_up 1400
e2e_check 'and so do 8,000 bytes' cut_up 8000
e2e_check 'curl fetches 64 MiB whole' download
e2e_check 'iperf3, reverse' lab_exec client iperf3 -c "$lab_server" -t 2 -R
e2e_check 'a node is killed: its partner knew' partner_knows
e2e_check 'curl fetches 64 MiB whole again' download
e2e_end
