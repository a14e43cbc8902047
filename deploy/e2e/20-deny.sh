#!/usr/bin/env bash
# Nothing is allowed that no policy allows: a denied tenant hears nothing, an unknown service is unreachable.
#
#   client .10 (staff) and .200 (guest, denied "web") --- [LAN] --- {node0, node1} --- [WAN] --- remote --- server
set -eu
. "$(dirname "$0")/../lib/e2e.sh"
e2e_begin fairway

silence() {
    local status=0
    tcpdump -Z root -nni lanbr -w "$traffic_dir/guest.pcap" "dst host $lab_guest and not arp" \
        2>"$traffic_dir/tcpdump.log" &
    local capture=$!
    sleep 0.5
    lab_exec client curl -sS -m 2 --interface "$lab_guest" "http://$lab_server/small" || status=$?
    kill -INT "$capture"
    wait "$capture" || true
    [ "$status" = 28 ] || { echo "curl ended with $status"; return 1; }
    ! tcpdump -nr "$traffic_dir/guest.pcap" 2>/dev/null | grep .
}

refused_at_once() {
    local begin=$SECONDS status=0
    lab_exec client curl -sS -m 5 "http://$lab_server:9999/" || status=$?
    [ "$status" = 7 ] && [ $((SECONDS - begin)) -le 2 ]
}

unreachable() { lab_exec client ping -c 2 -W 2 "$1" | grep -i unreachable; }

rose() { echo "$1: $2 -> $(e2e_drops "$1" node0 node1)"; [ "$(e2e_drops "$1" node0 node1)" -gt "$2" ]; }

node_start_all
traffic_servers 1
e2e_check 'staff may ask for web' lab_exec client curl -sS -m 10 "http://$lab_server/small"
denied=$(e2e_drops DENIED_BY_POLICY node0 node1)
e2e_check 'guest hears nothing' silence
e2e_check 'the denial is counted' rose DENIED_BY_POLICY "$denied"
unknown=$(e2e_drops NO_SERVICE node0 node1)
e2e_check 'an unknown TCP service is unreachable at once' refused_at_once
e2e_check 'an unknown network is unreachable' unreachable 10.77.0.1
e2e_check 'the unknown service is counted' rose NO_SERVICE "$unknown"
e2e_end
