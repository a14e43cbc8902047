# Faults of links, and of Fairway's nodes; how each is mended, and when the pair is whole again. Sourced by
# deploy/bench/failover.

# What each fault is: links are cut at the bridge, so that the node sees its carrier go; the fabric at the node.
fault_names='kill node freeze lan wan fabric power'

fault_links_down() {
    case $1 in
        lan) ip link set "$2-lanbr" down ;;
        wan) ip link set "$2-wanbr" down ;;
        fabric) printf 'link set fab%s down\n' 0 1 | ip -n "$2" -batch - ;;
        power) fault_power "$2" ;;
    esac
}

# All four at once, as near as two calls are.
fault_power() {
    printf 'link set fab%s down\n' 0 1 | ip -n "$1" -batch - &
    printf "link set $1-%s down\n" lanbr wanbr | ip -batch -
    wait $!
}

fault_links_up() {
    printf 'link set fab%s up\n' 0 1 | ip -n "$1" -batch -
    printf "link set $1-%s up\n" lanbr wanbr | ip -batch -
}

pair_raise() {
    lab_up fairway
    mkdir -p "$traffic_dir"
    local lease=$1 processes=.
    [ "$1" != split ] || lease=default processes=$(cat "$deploy_dir/lab/split.jq")
    jq -f "$deploy_dir/lab/lease-$lease.jq" "$deploy_dir/lab/lab.json" | jq "$processes" >"$node_root/$1.json"
    node_config=$node_root/$1.json
    [ -n "$realtime" ] || node_denied=sys_nice
    node_start_all
}

# All of a node's processes.
pair_pids() { cat "$node_root/$1"/{node,controller,sentinel}.pid 2>/dev/null; }

pair_fault() {
    # shellcheck disable=SC2046
    case $1 in
        kill) kill -9 "$(node_pid "$2")" ;;
        controller) kill -9 "$(cat "$node_root/$2/controller.pid")" ;;
        node) kill -9 $(pair_pids "$2") ;;
        freeze) kill -STOP $(pair_pids "$2") ;;
    esac
}

# shellcheck disable=SC2046
pair_thaw() { kill -CONT $(pair_pids "$1"); }

# pair_mend FAULT NODE: a node that was killed or cut off from power starts anew; its sentinel's growing pauses between
# starts are not waited for. Else the pair mends itself, and an operator brings it back to one node.
pair_mend() {
    fault_links_up "$2"
    case $1 in
        kill | node | power)
            # shellcheck disable=SC2046
            kill -9 $(pair_pids "$2") 2>/dev/null || true
            node_start "$2" || node_blame "$2"
            ;;
        lan | wan)
            pair_is_complete_soon
            node_cli "$2" pair drain >&2 || true
            wait_for 30 "$2 to give everything away" pair_leads_all "$(node_other "$2")"
            node_cli "$2" pair resume >&2 || true
            ;;
    esac
}

pair_leads_all() {
    node_ask "$1" pair | jq -e --arg name "$1" 'all(.leaders[]; .node == $name) and .ownBuckets >= 256'
}

# Both nodes hear each other on every path and have the same sessions.
pair_is_complete() {
    local name
    for name in node0 node1; do
        node_ask "$name" pair | jq -e '.state == "PAIRED" and .replicated and all(.paths[]; .alive)' || return 1
    done
}

pair_is_complete_soon() { wait_for 60 'the pair to be complete' pair_is_complete; }

# The leader of the LAN; a node that answers slowly is asked again.
pair_victim() {
    node_ask node0 pair | jq -er '.leaders[] | select(.networkInterface == "lan") | .node' ||
        node_ask node1 pair | jq -er '.leaders[] | select(.networkInterface == "lan") | .node'
}

# What changes with every change of an owner or a partner's life: the same before and after means that nothing happened.
pair_history() { node_ask node0 pair | jq -c '[.homes, .leaders, .partnerIncarnation]'; }

pair_is_whole() { pair_is_complete && pair_leads_all "$(pair_victim)"; }

pair_whole_soon() { wait_for 90 'the pair to be whole' pair_is_whole; }
