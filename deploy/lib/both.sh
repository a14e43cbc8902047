# What the tests share in which both nodes of a pair carry traffic, of two clients. Sourced after e2e.sh.

# What the second client's meters report has a folder of its own.
second() {
    local traffic_dir=$traffic_dir/second
    "$@"
}

leads() { node_ask "$1" pair | jq -e --arg name "$1" --arg interface "$2" \
    'any(.leaders[]; .networkInterface == $interface and .node == $name)'; }

owns() { node_ask "$1" pair | jq -e --argjson count "$2" '.ownBuckets == $count'; }

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
    local first second starved name
    first=$(($(losses) - lost_before)) second=$(($(second losses) - second_before))
    starved=$(($(e2e_drops RX_RING_FULL $node_names) - starved_before))
    # A process that has ended has taken its count along.
    [ "$starved" -ge 0 ] || starved=0
    echo "lost by the first client $first, by the second $second; in full rings $starved" | tee -a "$traffic_dir/losses.log"
    jq -c 'del(.gaps, .outages)' "$traffic_dir"/udp-*.json "$traffic_dir"/second/udp-*.json
    for name in $node_names; do node_ask "$name" drops | jq -c 'map(select(.count > 0) | {(.reason): .count}) | add'; done
    [ "$first" -le $(($1 + starved)) ] && [ "$second" -le $(($2 + starved)) ]
}

# What was lost at each turn, for people.
show_losses() { sed 's/^/        /' "$traffic_dir/losses.log"; }
