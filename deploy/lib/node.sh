# Fairway's processes in the lab. Sourced after lab.sh.
#
#   node0, node1: the pair (router east), each in its namespace; remote0: router west, in the namespace "remote"

node_names='node0 node1 remote0'
node_config=${FAIRWAY_LAB_CONFIG:-$deploy_dir/lab/lab.json}
node_root=/run/lab

node_namespace() {
    case $1 in
        remote0) echo remote ;;
        mid0) echo mid ;;
        *) echo "$1" ;;
    esac
}

# The router in the middle may know less than the others.
node_config_of() {
    if [ "$1" = mid0 ] && [ -f "$node_root/middle.json" ]; then echo "$node_root/middle.json"; else echo "$node_config"; fi
}

node_dir() { echo "$node_root/$1"; }

node_pid() { cat "$node_root/$1/node.pid" 2>/dev/null; }

# Starts a node; returns when it answers, or with the reason in start.log beside its own node.log. With node_denied its
# processes lack these capabilities (setpriv(1)).
node_start() {
    mkdir -p "$node_root/$1"
    # shellcheck disable=SC2086
    nsenter --net="/run/netns/$(node_namespace "$1")" -- \
        ${node_denied:+setpriv --inh-caps=-$node_denied --bounding-set=-$node_denied} "$deploy_dir/bin/fairway" node start \
        --config "$(node_config_of "$1")" --node "$1" --state-dir "$node_root" >>"$node_root/$1/start.log" 2>&1 </dev/null
}

# node_cli NODE words...: the command line, talking to this node.
node_cli() {
    local name=$1
    shift
    "$deploy_dir/bin/fairway" "$@" --node "$name" --state-dir "$node_root"
}

# node_ask NODE WHAT [MEMBERS]: what the command line asks for "show WHAT", asked without it, which costs a JVM each time.
node_ask() { node_request "$1" "show $2" "${3:-}"; }

# node_request NODE COMMAND [MEMBERS]: more members of the request in JSON. Answers in JSON. If the node is not there or
# refuses it fails and answers null, which no condition of a later jq -e takes for true, as some take no input at all.
node_request() {
    local answer
    # shellcheck disable=SC2016
    answer=$(perl -MIO::Socket::UNIX -e 'alarm 10; my $node = IO::Socket::UNIX->new($ARGV[0]) or exit 1;
        $node->autoflush; print $node "$ARGV[1]\n"; print scalar <$node>' \
        "$node_root/$1/control.sock" "{\"command\":\"$2\"${3:+,$3}}" 2>/dev/null |
        jq -ce 'if .ok then .result else error(.error) end') && [ -n "$answer" ] || { echo null && return 1; }
    printf '%s\n' "$answer"
}

node_is_up() { node_ask "$1" interfaces; }

node_is_paired() { node_ask "$1" pair | jq -e '.state == "PAIRED"'; }

# Starts these nodes at once; returns when all answer.
node_start_these() {
    local name starts=()
    for name in "$@"; do
        node_start "$name" &
        starts+=("$name $!")
    done
    for name in "${starts[@]}"; do
        wait "${name#* }" || { node_blame "${name% *}"; return 1; }
    done
}

# Starts all nodes that the lab has and waits until they are ready, a pair until it is one.
node_start_all() {
    local name
    # shellcheck disable=SC2086
    node_start_these $node_names || return 1
    [[ $node_names == *node1* ]] || return 0
    for name in node0 node1; do
        wait_for 60 "node $name to find its partner" node_is_paired "$name" || { node_blame "$name"; return 1; }
    done
}

node_blame() {
    say "the last lines of $1:"
    local log
    for log in start.log node.log; do
        tail -n 5 "$node_root/$1/$log" >&2 2>/dev/null || true
    done
}

# The sessions that a node knows, as a JSON list.
node_sessions() {
    node_ask "$1" sessions '"filter":{"limit":1000000}' | jq .rows
}

# node_session NODE ID: everything about one session.
node_session() { node_ask "$1" session "\"id\":\"$2\""; }

# node_owner_in FILE: who owns most sessions of such a list.
node_owner_in() { jq -r 'group_by(.owner) | max_by(length) | .[0].owner' "$1"; }

# Who owns most sessions, as this node sees it.
node_owner() { node_sessions "$1" | node_owner_in /dev/stdin; }

node_other() { if [ "$1" = node0 ]; then echo node1; else echo node0; fi; }

# node_is_back NAME PID: another process than before, and part of the pair.
node_is_back() { [ "$(node_pid "$1")" != "$2" ] && node_is_up "$1" && node_is_paired "$1"; }

# An orderly stop of these nodes, all at once.
node_stop_these() {
    local name stops=()
    for name in "$@"; do
        node_cli "$name" node stop &
        stops+=($!)
    done
    for name in "${stops[@]}"; do wait "$name"; done
}

# node_kill NAME: as an operator's slip would.
node_kill() {
    local pid
    pid=$(node_pid "$1")
    [ -n "$pid" ] || return 1
    kill -9 "$pid"
}
