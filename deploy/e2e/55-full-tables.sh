#!/usr/bin/env bash
# More flows than the tables hold: each new one is refused under its name, and those that are there go on.
#
#   client: connections, then a flood of new flows --- [LAN] --- {node0, node1: 256 sessions} --- [WAN] --- remote
set -eu
. "$(dirname "$0")/../lib/e2e.sh"
e2e_begin fairway

node_config=$traffic_dir/small.json
jq '(.["fairway-authority:authority"].router[] | select(.name == "east") | .limits) =
    {"max-sessions": 256, "max-pending": 64}' "$deploy_dir/lab/lab.json" >"$node_config"

more_than() { [ "$(e2e_drops "$1" node0 node1)" -gt "$2" ]; }

flood() {
    meter_now client udp-blast --host "$lab_server" --ports 7300-7549 --flows 5000 --packets 5000 --rate 5000 --seconds 5
}

node_start_all
e2e_echo 100
e2e_check 'a flood of 5,000 flows' flood
e2e_check 'what the flow table cannot hold is counted' more_than FLOW_TABLE_FULL 100
e2e_check 'every connection still echoes' e2e_echo_alive
e2e_check 'both nodes are well' node_is_paired node1
e2e_end
