#!/usr/bin/env bash
# A firewall on the WAN that lets no TCP pass: with udp-transform TCP sessions cross as UDP, in the clear and sealed.
#
#   client --- {node0, node1} --- [WAN: a bridge that drops TCP, captured] --- remote --- server
set -eu
. "$(dirname "$0")/../lib/e2e.sh"
e2e_begin fairway

firewall() {
    printf '%s\n' 'add table bridge fw' \
        'add chain bridge fw forward { type filter hook forward priority 0; policy accept; }' \
        'add rule bridge fw forward iifname { "node0-wanbr", "node1-wanbr", "remote-wanbr" } ip protocol tcp counter drop' |
        nft -f -
}

dropped() { nft -j list table bridge fw | jq '[.. | .counter? // empty | .packets] | add'; }

fetch() { lab_exec client curl -sS -m "$1" "http://$lab_server/small"; }

is_blocked() { ! fetch 3 && [ "$(dropped)" -gt 0 ]; }

download() {
    local sum
    sum=$(lab_exec client curl -sS -m 40 "http://$lab_server/big" | sha256sum | cut -d' ' -f1)
    [ "$sum" = "$(cat "$traffic_dir/big.sha256")" ]
}

no_tcp_crossed() {
    kill -INT "$capture" && wait "$capture" || true
    [ "$(tcpdump -nr "$traffic_dir/wan.pcap" udp 2>/dev/null | wc -l)" -gt 100 ] &&
        ! tcpdump -nr "$traffic_dir/wan.pcap" 'tcp or net 10.0.0.0/8 or (ip[6:2] & 0x3fff != 0)' 2>/dev/null | grep .
}

decodes() {
    java -cp "$deploy_dir/target/classes" io.fairway.deploy.capture.MetadataCheck "$traffic_dir/wan.pcap" |
        tee /dev/stderr | grep -q 'TLV 12'
}

# again_with CONFIG NODE...: all of them with empty hands.
again_with() {
    local name
    # shellcheck disable=SC2086
    node_stop_these $node_names
    for name in $node_names; do rm -rf "$(node_dir "$name")"; done
    node_config=$1
    shift
    node_names=$*
    node_start_all
}

survives_a_kill() {
    node_kill "$(node_owner node1)"
    e2e_echo_alive 20
}

jq -f "$deploy_dir/lab/alone.jq" "$deploy_dir/lab/lab.json" >"$node_root/alone.json"
jq -f "$deploy_dir/lab/udp-transform.jq" "$node_root/alone.json" >"$node_root/transform.json"
jq -f "$deploy_dir/lab/udp-transform.jq" "$deploy_dir/lab/lab.json" | jq -f "$deploy_dir/lab/sealed.jq" >"$node_root/sealed.json"
# A partner is needed only where one is killed.
node_config=$node_root/alone.json
node_names='node0 remote0'
node_start_all
traffic_servers 4
firewall
e2e_check 'without the transform the firewall lets no TCP pass' is_blocked
e2e_check 'all nodes start again with the transform' again_with "$node_root/transform.json" node0 remote0
tcpdump -Z root -i wanbr -s 512 -c 20000 -w "$traffic_dir/wan.pcap" ip 2>/dev/null &
capture=$!
sleep 0.5
e2e_check 'curl fetches a page' fetch 10
e2e_check 'dig over TCP' lab_exec client dig +tcp +tries=1 +time=5 "@$lab_server" www.fairway.test
e2e_check 'curl fetches 64 MiB whole' download
e2e_check 'only UDP crossed' no_tcp_crossed
e2e_check 'its metadata says that it is TCP' decodes
e2e_check 'iperf3, reverse' lab_exec client iperf3 -c "$lab_server" -t 2 -R
e2e_check 'sealed: all nodes start again' again_with "$node_root/sealed.json" node0 node1 remote0
e2e_check 'sealed: curl fetches 64 MiB whole' download
e2e_check 'sealed: iperf3, 4 streams' lab_exec client iperf3 -c "$lab_server" -t 2 -P 4
meter client echo-clients --to "$lab_server:7000" --count 50 --rate 500
wait_for 30 'the echo connections' traffic_settled
e2e_check 'sealed: a node is killed and every connection echoes' survives_a_kill
e2e_end
