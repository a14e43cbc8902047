#!/usr/bin/env bash
# Real programs through the pair and the remote router, and what they leave in the tables and on the WAN.
#
#   client: curl, iperf3, dig, ping --- [LAN] --- {node0, node1} --- [WAN, captured] --- remote --- server
set -eu
. "$(dirname "$0")/../lib/e2e.sh"
e2e_begin fairway

download() {
    local sum
    sum=$(lab_exec client curl -sS -m 30 "http://$lab_server/big" | sha256sum | cut -d' ' -f1)
    [ "$sum" = "$(cat "$traffic_dir/big.sha256")" ]
}

iperf() { lab_exec client iperf3 -c "$lab_server" -t 2 "$@"; }

iperf_udp() {
    lab_exec client iperf3 -c "$lab_server" -t 2 -u -b 20M -l 1200 -J >"$traffic_dir/u.json"
    jq .end.sum "$traffic_dir/u.json"
    jq -e '.end.sum.packets > 3000 and .end.sum.lost_percent < 5' "$traffic_dir/u.json"
}

resolve() { [ "$(lab_exec client dig +short +tries=1 +time=3 "$@" "@$lab_server" www.fairway.test)" = 10.2.0.80 ]; }

shows() { node_cli node0 show "$1" && node_cli node0 show "$1" -o json | jq -e .; }

shown() { node_cli node0 show sessions && node_cli node0 show sessions -o json | jq . | grep -q "$1"; }

a_session() { node_sessions node0 | jq -r 'map(select(.service == "dns"))[0].id'; }

known() { node_sessions "$1" | jq -e --arg id "$2" 'any(.id == $id)' >/dev/null; }

detailed() { node_cli node0 show session "$1" && node_cli node0 show session "$1" -o json | jq -e '.uuid'; }

deleted() {
    known node0 "$1" && known node1 "$1" && node_cli node1 delete session "$1" || return 1
    wait_for 5 'both nodes to forget it' forgotten "$1"
    ! node_cli node0 delete session "$1"
}

forgotten() { ! known node0 "$1" && ! known node1 "$1"; }

decodes() {
    java -cp "$deploy_dir/target/classes" io.fairway.deploy.capture.MetadataCheck "$traffic_dir/wan.pcap"
}

only_waypoints() {
    ! tcpdump -nr "$traffic_dir/wan.pcap" "host $lab_client or host $lab_server" 2>/dev/null | grep .
}

node_start_all
traffic_servers 1
tcpdump -Z root -i wanbr -s 512 -c 20000 -w "$traffic_dir/wan.pcap" ip 2>"$traffic_dir/tcpdump.log" &
capture=$!
sleep 0.5
e2e_check 'ping' lab_exec client ping -c 10 -i 0.05 -W 3 "$lab_server"
e2e_check 'ping with 1,200 bytes' lab_exec client ping -c 3 -i 0.05 -s 1200 -W 3 "$lab_server"
e2e_check 'the pair answers a ping to its own address' lab_exec client ping -c 3 -i 0.05 -W 3 "$lab_lan"
e2e_check 'dig over UDP' resolve
e2e_check 'dig over TCP' resolve +tcp
e2e_check 'curl fetches a page' lab_exec client curl -sS -m 10 "http://$lab_server/small"
kill -INT "$capture" && wait "$capture" || true
e2e_check 'curl fetches 64 MiB whole' download
e2e_check 'iperf3 TCP' iperf
e2e_check 'iperf3 TCP, reverse, 4 streams' iperf -R -P 4
e2e_check 'iperf3 UDP' iperf_udp
e2e_check 'show sessions names service and tenant' shown staff
for what in arp interfaces peers counters drops pair; do
    e2e_check "show $what" shows "$what"
done
session=$(a_session)
e2e_check 'show session' detailed "$session"
e2e_check 'delete session, asked of the other node' deleted "$session"
e2e_check 'the WAN carries metadata that the public layouts decode' decodes
e2e_check 'the WAN carries waypoints only' only_waypoints
e2e_end
