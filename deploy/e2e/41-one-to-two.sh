#!/usr/bin/env bash
# A router begins with one node, gets a second one, loses the first one for good and gets another in its place. Who
# serves never stops.
#
#   client: connections, UDP --- [LAN] --- {node0, then both, then node1, then both} --- [WAN] --- remote --- server
set -eu
. "$(dirname "$0")/../lib/e2e.sh"
e2e_begin fairway

plug() {
    local cable
    for cable in lanbr wanbr; do ip link set "$1-$cable" "$2"; done
    for cable in fab0 fab1; do ip -n "$1" link set "$cable" "$2"; done
}

is_alone() { node_ask "$1" pair | jq -e '.state == "SOLO" and .ownBuckets == 512'; }

is_pair() { node_is_paired "$1" && node_is_paired "$2" && node_ask "$1" pair | jq -e .replicated; }

# knows NODE OF: every session that the other one knows.
knows() {
    node_sessions "$2" >"$traffic_dir/other.json"
    node_sessions "$1" >"$traffic_dir/own.json"
    e2e_none_gone "$traffic_dir/other.json" "$traffic_dir/own.json"
}

losses() { jq -s 'map(.lost) | add' "$traffic_dir/udp-probe.json" "$traffic_dir/udp-reflector.json"; }

# One packet a millisecond goes each way. A node that starts takes the processors, which here are the other one's, too:
# what is lost then stays in full rings. 47-handover and 48-upgrade lose none.
lost_little() {
    sleep 3
    local lost
    lost=$(($(losses) - lost_before))
    lost_before=$(losses)
    jq -c 'del(.gaps, .outages)' "$traffic_dir/udp-probe.json" "$traffic_dir/udp-reflector.json"
    echo "lost $lost" | tee -a "$traffic_dir/losses.log"
    [ "$lost" -le 500 ] &&
        jq -es 'all(.[]; .received > 1000 and .duplicated == 0)' "$traffic_dir/udp-probe.json" "$traffic_dir/udp-reflector.json"
}

same_process() { [ "$(node_pid "$1")" = "$2" ]; }

serves() { lab_exec client curl -sS -m 10 "http://$lab_server/small"; }

plug node1 down
node_start_these node0 remote0
first=$(node_pid node0)
e2e_check 'a single node serves alone' wait_for 30 'it' is_alone node0
traffic_servers 1
e2e_echo 100
meter server udp-reflector --port 7100
meter client udp-probe --to "$lab_server:7100"
wait_for 10 'the probe' jq -e '.received > 500' "$traffic_dir/udp-probe.json"
lost_before=$(losses)

plug node1 up
node_start node1
e2e_check 'it gets a partner: they are a pair' wait_for 60 'the pair' is_pair node0 node1
e2e_check 'the partner knows every session' wait_for 20 'it' knows node1 node0
e2e_check 'the first node was never stopped' same_process node0 "$first"
e2e_check 'few packets were lost, none was doubled' lost_little
e2e_check 'every connection echoes' e2e_echo_alive

second=$(node_pid node1)
e2e_check 'node0 hands everything over' node_cli node0 pair handover
e2e_check 'and is taken away' node_stop_these node0
plug node0 down
rm -rf "$(node_dir node0)"
e2e_check 'node1 serves alone' wait_for 30 'it' is_alone node1
node_names='node1 remote0'
e2e_check 'few packets were lost, none was doubled' lost_little
e2e_check 'every connection echoes' e2e_echo_alive
e2e_check 'new sessions are served' serves

plug node0 up
node_start node0
e2e_check 'another node comes in its place and knows nothing: they are a pair' wait_for 60 'the pair' is_pair node0 node1
e2e_check 'it knows every session' wait_for 20 'it' knows node0 node1
e2e_check 'node1 was never stopped' same_process node1 "$second"
e2e_check 'few packets were lost, none was doubled' lost_little
e2e_check 'every connection echoes' e2e_echo_alive
# What was lost at each turn, for people.
sed 's/^/        /' "$traffic_dir/losses.log"
e2e_end
