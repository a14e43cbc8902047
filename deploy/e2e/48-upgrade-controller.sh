#!/usr/bin/env bash
# Nodes of two processes each, of the previous release. Its jars are replaced on disk, as a package does it, and one
# controller ends: the next one is of this build, beside a forwarder of the previous release. Then the other way round.
#
#   client: connections, UDP both ways --- {node0, node1} --- [WAN] --- remote --- server
#                           forwarder 0.1.0 | controller (killed, then of this build)
set -eu
. "$(dirname "$0")/../lib/e2e.sh"
e2e_begin fairway
# What is at home on a node comes back to it soon, as in active.jq.
jq -f "$deploy_dir/lab/split.jq" "$deploy_dir/lab/lab.json" | jq -f "$deploy_dir/lab/active.jq" >"$node_root/split.json"
node_config=$node_root/split.json
previous=0.1.0
present=$("$deploy_dir/bin/fairway" --version | cut -d' ' -f2)
jars=$node_root/jars

# install RELEASE: puts its jars in the place of those that are there, under names without a version.
install_release() {
    local from=$deploy_dir/releases/$1/lib jar name
    mkdir -p "$jars"
    for name in shared-model dataplane ha cluster router-node; do
        jar=$from/$name-$1.jar
        [ "$1" != "$present" ] || jar=$top_dir/$name/target/$name-$1.jar
        cp "$jar" "$jars/$name.new" && mv "$jars/$name.new" "$jars/$name.jar"
    done
}

controller_pid() { cat "$node_root/$1/controller.pid" 2>/dev/null; }

counter() { node_ask "$1" counters | jq -r --arg name "$2" '.[] | select(.name == $name) | .value'; }

# Answers, and goes on with the sessions that are there.
is_back() { [ "$(controller_pid "$1")" != "$2" ] && [ "$(counter "$1" 'sessions adopted')" -ge "$3" ]; }

udp_flows() { [ "$(figure udp-probe .received)" -gt 0 ] && [ "$(figure udp-reflector .received)" -gt 0 ]; }

udp_lost() { echo $(($(figure udp-probe .lost) + $(figure udp-reflector .lost))); }

# A machine that is too busy loses packets before a node sees them: RX_RING_FULL, or no drop at all.
no_packet_lost() {
    local name now
    now=$(udp_lost)
    [ "$now" != "$lost" ] || return 0
    echo "lost $lost before, $now now"
    for name in $node_names; do node_ask "$name" drops | jq -c 'map(select(.count > 0) | {(.reason): .count}) | add'; done
    return 1
}

# What a takeover would change: epochs, and the forwarders' processes.
ownership() {
    local name
    for name in node0 node1; do
        echo "$name $(node_pid "$name") $(node_ask "$name" pair | jq -c '[.state, .ownBuckets, .highestEpoch]')"
    done
}

peer_downs() { node_ask remote0 peers | jq '[.[].counters.downs] | add'; }

peer_is_up() { node_ask remote0 peers | jq -e 'any(.[]; .state == "up")'; }

new_session() { lab_exec client timeout 40 bash -c "exec 3<>/dev/tcp/$lab_server/7001 && echo . >&3 && read -r <&3"; }

# controller_of RELEASE: the owner's next controller runs it; nobody notices.
controller_of() {
    local old lost before downs said
    install_release "$1"
    before=$(ownership) lost=$(udp_lost) downs=$(peer_downs)
    old=$(controller_pid "$owner")
    said=$(wc -l <"$node_root/$owner/node.log")
    kill -9 "$old"
    e2e_check "a controller of $1 beside a forwarder of $2 adopts every session" wait_for 60 'it' is_back "$owner" "$old" 100
    e2e_check "it is of that release" is_said "$1" "$said"
    e2e_check 'a new session is served' new_session
    e2e_check 'no UDP packet was lost' no_packet_lost
    e2e_check '100 connections echo' e2e_echo_alive
    e2e_check 'there was no takeover' diff <(echo "$before") <(ownership)
    e2e_check 'the peer has noticed nothing' test "$(peer_downs)" = "$downs"
}

# is_said RELEASE LINES: 0.1.0 does not name its release.
is_said() {
    local words="controller, release $1)"
    [ "$1" != "$previous" ] || words='is up (controller)'
    tail -n +"$(($2 + 1))" "$node_root/$owner/node.log" | grep -F "$words"
}

at_home() { node_ask "$1" pair | jq -e '.state == "PAIRED" and .copies.equal and .ownBuckets == 256'; }

both_at_home() { is_whole "$owner" && at_home node0 && at_home node1; }

is_whole() { node_ask "$1" pair | jq -e '.processes.controller != null' && node_is_paired "$1"; }

install_release "$previous"
FAIRWAY_JARS=$jars node_start_these node0 node1
node_start_these remote0
for name in node0 node1; do wait_for 60 "$name" is_whole "$name"; done
e2e_echo 100
meter server udp-reflector --port 7100 --period-us 5000
meter client udp-probe --to "$lab_server:7100" --period-us 5000
wait_for 20 'the UDP stream' udp_flows
wait_for 30 'the path' peer_is_up
owner=$(node_owner node0)
sleep 3
controller_of "$present" "$previous"
install_release "$present"
e2e_check "$owner is stopped" node_cli "$owner" node stop
e2e_check "$owner starts with release $present" eval 'FAIRWAY_JARS=$jars node_start_these "$owner"'
e2e_check 'and has its own again' wait_for 60 'both at home' both_at_home
controller_of "$previous" "$present"
e2e_end
