#!/usr/bin/env bash
# Two paths between the same routers, one of IPv4 and one of IPv6. The one in use fails: its sessions go on by the other.
#
#   client --- {node0, node1} --- [WAN: IPv4 cut here, then healed] --- remote --- server
set -eu
. "$(dirname "$0")/../lib/e2e.sh"
e2e_begin fairway
lab_ipv6

# Between the bridge and remote, both ways, so that no kernel of a router notices.
cut_v4() {
    nft -f - <<RULES
table netdev cut {
    chain in { type filter hook ingress device "remote-wanbr" priority 0; ip version 4 drop; arp operation { 1, 2 } drop; }
}
RULES
    lab_exec remote nft -f - <<RULES
table netdev cut {
    chain in { type filter hook ingress device "wan0" priority 0; ip version 4 drop; arp operation { 1, 2 } drop; }
}
RULES
}

heal_v4() {
    nft delete table netdev cut
    lab_exec remote nft delete table netdev cut
}

# path_is NODE PATH STATE
path_is() { node_ask "$1" peers | jq -e --arg path "$2" --arg state "$3" \
    'any(.[]; .path == $path and (.state | ascii_downcase) == $state)'; }

# By the waypoint that stands in for the client.
sessions_by() { node_sessions node0 | jq --arg waypoint "$1" '[.[] | select(.forward.natIp == $waypoint)] | length'; }

no_session_by() { [ "$(sessions_by "$1")" = 0 ]; }

a_new_session_goes_by() {
    lab_exec client ping -c 1 -W 3 "$lab_server" >/dev/null
    [ "$(node_sessions node0 | jq -r '[.[] | select(.service == "ping")] | min_by(.uptimeMs).forward.natIp')" = "$1" ]
}

download_all() {
    local sum
    sum=$(lab_exec client curl -sS -m 90 --limit-rate 4M "http://$lab_server/big" | sha256sum | cut -d' ' -f1)
    [ "$sum" = "$(cat "$traffic_dir/big.sha256")" ]
}

jq -f "$deploy_dir/lab/ipv6.jq" "$deploy_dir/lab/lab.json" >"$node_root/two.json"
node_config=$node_root/two.json
node_start_all
traffic_servers 24
wait_for 30 'the IPv4 path' path_is remote0 wan-east up
wait_for 30 'the IPv6 path' path_is remote0 wan-east-v6 up
e2e_echo 50
e2e_check 'sessions go by the first path' [ "$(sessions_by "$lab_wan_near")" -ge 50 ]
download_all &
download=$!
sleep 2
cut_v4
e2e_check 'the path is seen to be down' wait_for 20 'it' path_is remote0 wan-east down
e2e_check 'no session stays on it' wait_for 20 'it' no_session_by "$lab_wan_near"
e2e_check '50 connections echo again' e2e_echo_alive 12
e2e_check 'a download is under way meanwhile' kill -0 "$download"
e2e_check 'a download went on' wait "$download"
e2e_check 'a new session goes by the other path' a_new_session_goes_by fd00:16::1
heal_v4
e2e_check 'the path comes up again' wait_for 60 'it' path_is remote0 wan-east up
e2e_check 'a new session goes by the first path again' wait_for 20 'it' a_new_session_goes_by "$lab_wan_near"
e2e_check 'the 50 connections are alive' e2e_echo_alive 12
e2e_end
