#!/usr/bin/env bash
# Firewalls on the WAN that the routers find out themselves: one lets no TCP pass, one refuses only SYNs with a payload, and
# only one way. TCP sessions cross as UDP, and "show peers" says why.
#
#   client --- {node0, node1} --- [WAN: a bridge that drops TCP, captured] --- remote --- server
set -eu
. "$(dirname "$0")/../lib/e2e.sh"
e2e_begin fairway

# firewall DEVICES RULE: what the bridge drops of that which comes from there.
firewall() {
    nft delete table bridge fw 2>/dev/null || true
    printf '%s\n' 'add table bridge fw' \
        'add chain bridge fw forward { type filter hook forward priority 0; policy accept; }' \
        "add rule bridge fw forward iifname { $1 } $2 counter drop" | nft -f -
}

tcp_of() { node_ask "$1" peers | jq -r '.[0].tcp'; }

# says NODE WHAT: how TCP crosses its path.
says() { [ "$(tcp_of "$1")" = "$2" ]; }

pair_says() { says node0 "$1" || says node1 "$1"; }

fetch() { lab_exec client curl -sS -m 10 "http://$lab_server/small"; }

download() {
    local sum
    sum=$(lab_exec client curl -sS -m 40 "http://$lab_server/big" | sha256sum | cut -d' ' -f1)
    [ "$sum" = "$(cat "$traffic_dir/big.sha256")" ]
}

# But for the probes themselves.
no_tcp_crossed() {
    kill -INT "$capture" && wait "$capture" || true
    [ "$(tcpdump -nr "$traffic_dir/wan.pcap" udp 2>/dev/null | wc -l)" -gt 100 ] &&
        ! tcpdump -nr "$traffic_dir/wan.pcap" 'tcp and not port 1280 and not port 1283' 2>/dev/null | grep .
}

partner_knows() {
    node_kill "$(node_owner node1)"
    wait_for 10 'the partner to forward' fetch && download
}

again() {
    local name
    node_stop_these $node_names
    for name in $node_names; do rm -rf "$(node_dir "$name")"; done
    node_start_all
}

firewall '"node0-wanbr", "node1-wanbr", "remote-wanbr"' 'ip protocol tcp'
node_start_all
traffic_servers 4
all='as UDP: TCP SYN, Mid-flow, TCP SYN Jumbo'
e2e_check 'remote finds out that no TCP passes' wait_for 30 'it' says remote0 "$all"
e2e_check 'and so does the pair' wait_for 30 'it' pair_says "$all"
tcpdump -Z root -i wanbr -s 512 -c 20000 -w "$traffic_dir/wan.pcap" ip 2>/dev/null &
capture=$!
sleep 0.5
e2e_check 'curl fetches a page' fetch
e2e_check 'dig over TCP' lab_exec client dig +tcp +tries=1 +time=5 "@$lab_server" www.fairway.test
e2e_check 'curl fetches 64 MiB whole' download
e2e_check 'no TCP session crossed as TCP' no_tcp_crossed
e2e_check 'a node is killed: its partner knew' partner_knows
firewall '"remote-wanbr"' 'tcp flags syn ip length > 80'
e2e_check 'all nodes start again, with another firewall' again
e2e_check 'remote finds out that SYNs with a payload do not pass' \
    wait_for 30 'it' says remote0 'as UDP: TCP SYN, TCP SYN Jumbo'
e2e_check 'the pair, whose own do, is told' wait_for 30 'it' pair_says 'as UDP: TCP SYN, TCP SYN Jumbo'
e2e_check 'curl fetches 64 MiB whole' download
nft delete table bridge fw
e2e_check 'all nodes start again, without a firewall' again
e2e_check 'the pair finds out that TCP passes' wait_for 30 'it' pair_says 'as TCP'
sleep 5
e2e_check 'and stays with that' pair_says 'as TCP'
e2e_check 'curl fetches 64 MiB whole' download
e2e_end
