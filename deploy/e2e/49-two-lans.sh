#!/usr/bin/env bash
# Two LANs, each led by another node: both nodes carry traffic at once. Each fabric link is lost in turn, then each node.
#
#   client:  connections, UDP --- [LAN, led by node0] ---- {node0, node1} --- [WAN, led by node0] --- remote --- server
#   client2: connections, UDP --- [LAN 2, led by node1] --'
set -eu
. "$(dirname "$0")/../lib/e2e.sh"
e2e_begin fairway
lab_second_lan

# What the second client's meters report has a folder of its own.
second() {
    local traffic_dir=$traffic_dir/second
    "$@"
}

leads() { node_ask "$1" pair | jq -e --arg name "$1" --arg interface "$2" \
    'any(.leaders[]; .networkInterface == $interface and .node == $name)'; }

owns() { node_ask "$1" pair | jq -e --argjson count "$2" '.ownBuckets == $count'; }

at_home() { owns node0 256 && owns node1 256 && leads node0 lan && leads node0 wan && leads node1 lan2; }

# owned_by NODE CLIENT COUNT: at least so many of a client's sessions belong to this node.
owned_by() {
    node_sessions "$1" | jq -e --arg node "$1" --arg client "$2" --argjson count "$3" \
        '[.[] | select(.forward.sourceIp == $client)] as $its | ($its | length) >= $count and all($its[]; .owner == $node)'
}

forwarded() { node_ask "$1" counters | jq '.[] | select(.name == "packets forwarded").value'; }

# Both nodes forward hundreds of packets within the same two seconds.
both_forward() {
    local before0 before1
    before0=$(forwarded node0) before1=$(forwarded node1)
    sleep 2
    [ $(($(forwarded node0) - before0)) -gt 500 ] && [ $(($(forwarded node1) - before1)) -gt 500 ]
}

probes() {
    meter server udp-reflector --port "$2"
    meter "$1" udp-probe --to "$lab_server:$2"
    wait_for 10 'the probe' test -s "$traffic_dir/udp-probe.json"
}

losses() { jq -s 'map(.lost) | add' "$traffic_dir/udp-probe.json" "$traffic_dir/udp-reflector.json"; }

note_losses() {
    sleep 1
    lost_before=$(losses) second_before=$(second losses) starved_before=$(e2e_drops RX_RING_FULL $node_names)
}

# lost_at_most FIRST SECOND: packets of each client since they were noted; one a millisecond is sent each way. What a
# forwarder without a processor left in its ring was never a link's to lose.
lost_at_most() {
    sleep 1
    local first second starved
    first=$(($(losses) - lost_before)) second=$(($(second losses) - second_before))
    starved=$(($(e2e_drops RX_RING_FULL $node_names) - starved_before))
    echo "lost by the first client $first, by the second $second; in full rings $starved"
    jq -c 'del(.gaps, .outages)' "$traffic_dir"/udp-*.json "$traffic_dir"/second/udp-*.json
    for name in $node_names; do node_ask "$name" drops | jq -c 'map(select(.count > 0) | {(.reason): .count}) | add'; done
    [ "$first" -le $(($1 + starved)) ] && [ "$second" -le $(($2 + starved)) ]
}

link() { ip -n "$1" link set "$2" "$3"; }

nobody_took_over() { at_home && node_is_paired node0 && node_is_paired node1; }

echoes() { e2e_echo_alive && second e2e_echo_alive; }

serves_all() { owns "$1" 512 && leads "$1" lan && leads "$1" lan2 && leads "$1" wan; }

mkdir -p "$traffic_dir/second"
jq -f "$deploy_dir/lab/two-lans.jq" "$deploy_dir/lab/lab.json" >"$node_root/two-lans.json"
node_config=$node_root/two-lans.json
node_start_all
e2e_check 'node0 leads the first LAN, node1 the second one, each owns its buckets' wait_for 20 'that' at_home
e2e_echo 50
second meter client2 echo-clients --to "$lab_server:7000" --count 50 --rate 500
wait_for 30 'the second client' second traffic_settled
probes client 7100
second probes client2 7101
e2e_check 'the first client is served by node0' owned_by node0 "$lab_client" 51
e2e_check 'the second client is served by node1' owned_by node1 "$lab_client2" 51
e2e_check 'both nodes carry traffic at once' both_forward
for cable in fab0 fab1; do
    note_losses
    link node0 "$cable" down
    e2e_check "without $cable no packet is lost at its owner, and few that cross" lost_at_most 0 40
    e2e_check 'nothing has changed hands' nobody_took_over
    e2e_check 'every connection echoes' echoes
    note_losses
    link node0 "$cable" up
    sleep 2
    e2e_check "when $cable is back no packet is lost" lost_at_most 0 0
done
for name in node1 node0; do
    other=$(node_other "$name")
    pid=$(node_pid "$name")
    node_kill "$name"
    e2e_check "$name is killed: $other serves both LANs" wait_for 10 'the takeover' serves_all "$other"
    e2e_check 'every connection echoes' echoes
    e2e_check "$name comes back" wait_for 40 "$name" node_is_back "$name" "$pid"
    e2e_check 'and leads and owns what it did' wait_for 60 'that' at_home
    e2e_check 'both nodes carry traffic again' both_forward
    e2e_check 'every connection echoes' echoes
done
e2e_end
