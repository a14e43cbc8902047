#!/usr/bin/env bash
# Nodes of two processes each. A controller is killed, then one is away for long: of what is established no packet is
# lost, what is new waits, and the next controller goes on with every session.
#
#   client: connections, UDP both ways --- {node0, node1} --- [WAN] --- remote --- server
#                                forwarder | controller (killed)
set -eu
. "$(dirname "$0")/../lib/e2e.sh"
e2e_begin fairway
jq -f "$deploy_dir/lab/split.jq" "$deploy_dir/lab/lab.json" >"$node_root/split.json"
node_config=$node_root/split.json

controller_pid() { cat "$node_root/$1/controller.pid" 2>/dev/null; }

status_of() { node_request "$1" "node status" | jq -r "$2"; }

pids_are_shown() {
    [ "$(status_of "$1" .processes.forwarder)" = "$(node_pid "$1")" ] &&
        [ "$(status_of "$1" .processes.controller)" = "$(controller_pid "$1")" ] &&
        [ "$(node_pid "$1")" != "$(controller_pid "$1")" ] &&
        node_cli "$1" show pair | grep -q "^controller *process $(controller_pid "$1")\$"
}

# Answers, and goes on with the sessions that are there.
is_back() { [ "$(status_of "$1" .processes.controller)" != null ] && [ "$(controller_pid "$1")" != "$2" ] && adopted "$1" "$3"; }

counter() { node_ask "$1" counters | jq -r --arg name "$2" '.[] | select(.name == $name) | .value'; }

adopted() { [ "$(counter "$1" 'sessions adopted')" -ge "$2" ]; }

udp_flows() { [ "$(figure udp-probe .received)" -gt 0 ] && [ "$(figure udp-reflector .received)" -gt 0 ]; }

udp_lost() { echo $(($(figure udp-probe .lost) + $(figure udp-reflector .lost))); }

# What a takeover would change: epochs, and the forwarders' processes.
ownership() {
    local name
    for name in node0 node1; do
        echo "$name $(node_pid "$name") $(node_ask "$name" pair | jq -c '[.state, .ownBuckets, .highestEpoch]')"
    done
}

no_takeover() {
    diff <(echo "$before") <(ownership) && ! grep -H "death notice of" "$node_root"/*/node.log
}

peer_downs() { node_ask "$1" peers | jq '[.[].counters.downs] | add'; }

# A machine that is too busy loses packets before a node sees them: RX_RING_FULL, or no drop at all.
no_packet_lost() {
    local name now
    now=$(udp_lost)
    [ "$now" != "$lost" ] || return 0
    echo "lost $lost before, $now now"
    for name in $node_names; do node_ask "$name" drops | jq -c "map(select(.count > 0))"; done
    return 1
}

session_of() { node_sessions "$1" | jq -r --arg service "$2" '[.[] | select(.service == $service)][0].id // empty'; }

no_session_of() { [ -z "$(session_of "$1" "$2")" ]; }

udp_session() {
    node_sessions "$1" | jq -r '[.[] | select(.forward.protocol == "udp" and .forward.destinationPort == 7100)][0].id // empty'
}

deleted() {
    local id
    id=$(udp_session "$1")
    [ -n "$id" ] && node_cli "$1" delete session "$id" && wait_for 10 'it to go' other_udp_session "$1" "$id"
}

other_udp_session() { [ "$(udp_session "$1")" != "$2" ]; }

new_session() { lab_exec client timeout 40 bash -c "exec 3<>/dev/tcp/$lab_server/7001"; }

says() { node_cli "$1" "${@:3}" | grep -q "$2"; }

node_start_all
e2e_check 'status and pair show both processes' pids_are_shown node0
e2e_echo 200
meter server udp-reflector --port 7100 --period-us 5000
meter client udp-probe --to "$lab_server:7100" --period-us 5000
wait_for 20 'the UDP stream' udp_flows
lab_exec client ping -c 1 -W 3 "$lab_server" >/dev/null
owner=$(node_owner node0)
wait_for 30 'the path' says remote0 ' up ' show peers

sleep 3
before=$(ownership)
lost=$(udp_lost)
downs=$(peer_downs remote0)
old=$(controller_pid "$owner")
kill -9 "$old"
e2e_check 'a new session waits for the next controller' new_session
e2e_check 'the sentinel starts it, and it adopts every session' wait_for 40 'it' is_back "$owner" "$old" 200
e2e_check 'a controller was killed: no UDP packet is lost' no_packet_lost
e2e_check '200 connections echo' e2e_echo_alive
e2e_check 'there was no takeover' no_takeover
e2e_check 'the peer has noticed nothing' test "$(peer_downs remote0)" = "$downs"
e2e_check 'silent sessions end again' wait_for 40 'the ping session to end' no_session_of "$owner" ping

sentinel=$(cat "$node_root/$owner/sentinel.pid")
old=$(controller_pid "$owner")
kill -STOP "$sentinel"
kill -9 "$old"
sleep 5
e2e_check 'a forwarder without a controller says so' says "$owner" 'there is no controller' show pair
e2e_check 'its log says so' grep -q "the controller, process $old, is gone" "$node_root/$owner/node.log"
e2e_check 'a controller is away for long: no UDP packet is lost' no_packet_lost
e2e_check '200 connections echo without it' e2e_echo_alive
kill -CONT "$sentinel"
e2e_check 'the next controller adopts every session' wait_for 60 'it' is_back "$owner" "$old" 200
e2e_check 'no UDP packet was lost' no_packet_lost
e2e_check 'a new session is served' new_session
e2e_check 'a session is deleted' deleted "$owner"
e2e_check 'the path is up' wait_for 60 'it' says remote0 ' up ' show peers
e2e_check '200 connections are alive' e2e_echo_alive
e2e_end
