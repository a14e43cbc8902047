#!/usr/bin/env bash
# Both nodes carry traffic at once; an operator moves everything to one of them, upgrades the other and gets it back,
# without the loss of a packet.
#
#   client: connections, UDP --- [LAN, led by node0] --- {node0, node1} --- [WAN, led by node1] --- remote --- server
set -eu
. "$(dirname "$0")/../lib/e2e.sh"
e2e_begin fairway

pair() { node_ask "$1" pair; }

owns() { pair "$1" | jq -e --argjson count "$2" '.ownBuckets == $count'; }

leads() { pair "$1" | jq -e --arg name "$1" --arg interface "$2" 'any(.leaders[]; .networkInterface == $interface and .node == $name)'; }

both_at_home() { owns node0 256 && owns node1 256 && leads node0 lan && leads node1 wan; }

crossed() { node_ask "$1" counters | jq -e 'any(.[]; .name == "packets crossed to the partner" and .value > 100)'; }

# What is lost while a new session opens is another test's affair.
losses() { jq -s 'map(.lost) | add' "$traffic_dir/udp-probe.json" "$traffic_dir/udp-reflector.json"; }

# What a forwarder without a processor left in its ring was never a node's to lose.
lost_nothing() {
    sleep 1
    local lost starved node
    lost=$(($(losses) - lost_before))
    lost_before=$(losses)
    starved=$(e2e_drops RX_RING_FULL $node_names)
    jq -c 'del(.gaps, .outages)' "$traffic_dir/udp-probe.json" "$traffic_dir/udp-reflector.json"
    echo "lost $lost; in full rings $starved"
    for node in $node_names; do node_ask "$node" drops | jq -c "map(select(.count > 0))"; done
    [ "$lost" -le "$starved" ] &&
        jq -es 'all(.[]; .received > 1000 and .duplicated == 0)' "$traffic_dir/udp-probe.json" "$traffic_dir/udp-reflector.json"
}

handed_over() { node_cli "$1" pair handover && owns "$1" 0 && owns "$2" 512 && leads "$2" lan && leads "$2" wan; }

upgraded() { node_cli "$1" node stop && node_start "$1" && wait_for 40 "$1" node_is_paired "$1"; }

refused() { ! node_cli "$@" 2>"$traffic_dir/refused" && grep -q '^fairway: ' "$traffic_dir/refused" && cat "$traffic_dir/refused"; }

is_drained() { node_cli "$1" show pair -o json | jq -e .drained; }

stays_frozen() { sleep 3 && owns node0 0; }

jq -f "$deploy_dir/lab/active.jq" "$deploy_dir/lab/lab.json" >"$node_root/active.json"
node_config=$node_root/active.json
node_start_all
meter server udp-reflector --port 7100
traffic_pids+=("$traffic_pid")
e2e_echo 100
meter client udp-probe --to "$lab_server:7100"
traffic_pids+=("$traffic_pid")
e2e_check 'node0 leads the LAN, node1 the WAN, each owns its buckets' wait_for 20 'both at home' both_at_home
e2e_check 'packets cross the fabric from the node where they came to the node that owns them' wait_for 10 'crossing' crossed node1
lost_before=$(losses)
for name in node0 node1; do
    other=$(node_other "$name")
    e2e_check "$name hands everything over to $other" handed_over "$name" "$other"
    e2e_check 'no packet was lost or doubled' lost_nothing
    e2e_check "$name is stopped and started anew" upgraded "$name"
    e2e_check "what is at home on $name comes back" wait_for 60 'both at home' both_at_home
    e2e_check 'no packet was lost or doubled' lost_nothing
    e2e_check 'every connection echoes' e2e_echo_alive
done
e2e_check 'a partner that answers cannot be fenced off' refused node0 pair fence
e2e_check 'node0 is drained' node_cli node0 pair drain
e2e_check 'a drained node gets nothing more to take' refused node1 pair drain
e2e_check 'node1 is frozen' node_cli node1 pair freeze
e2e_check 'the drain outlives the process' upgraded node0
e2e_check 'node0 says that it is drained' is_drained node0
e2e_check 'the drain ends' node_cli node0 pair resume
e2e_check 'while node1 is frozen nothing comes back' stays_frozen
e2e_check 'it is resumed' node_cli node1 pair resume
e2e_check 'and everything takes its place' wait_for 60 'both at home' both_at_home
e2e_check 'no packet was lost or doubled' lost_nothing
e2e_check 'every connection echoes' e2e_echo_alive
e2e_end
