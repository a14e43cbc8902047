#!/usr/bin/env bash
# The instruments themselves, with the kernel in Fairway's place: they must see a break that we make.
#
#   client === [LAN] --- node0 (kernel; its WAN cable is pulled) --- [WAN] --- remote (kernel) --- server
set -eu
. "$(dirname "$0")/../lib/e2e.sh"
e2e_begin kernel

pull_cable() {
    ip -n node0 link set wan0 down
    sleep 0.1
    ip -n node0 link set wan0 up
    ip -n node0 route add 10.2.0.0/24 via "$lab_wan_far"
}

gap_of() { jq . "$1"; jq -e ".longestOutageMs >= $2" "$1"; }

e2e_echo 100
meter server udp-reflector --port 7100
meter client udp-probe --to "$lab_server:7100"
sleep 3
e2e_check 'all is quiet before the break' jq -e '.lost == 0' "$traffic_dir/echo-clients.json"
pull_cable
e2e_check 'no connection is lost by a short break' e2e_echo_alive
e2e_check 'the probe saw the break towards the server' gap_of "$traffic_dir/udp-reflector.json" 95
e2e_check 'the probe saw the break towards the client' gap_of "$traffic_dir/udp-probe.json" 95
lab_exec server ss -K sport = :7000 >/dev/null
sleep 2
e2e_check 'broken connections are counted as lost' jq -e '.lost == 100' "$traffic_dir/echo-clients.json"
e2e_end
