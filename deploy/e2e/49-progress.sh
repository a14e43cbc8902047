#!/usr/bin/env bash
# How far its sessions have come a node tells its partner: after kill -9 of the owner their counters go on where they
# were, and a session that was silent has been silent for as long.
#
#   client: connections, one question by UDP --- [LAN] --- {node0 (killed), node1} --- [WAN] --- remote --- server
set -eu
. "$(dirname "$0")/../lib/e2e.sh"
e2e_begin fairway

# session_of PROTOCOL PORT: the id of the client's oldest session to this port.
session_of() {
    node_sessions node0 | jq -r --arg protocol "$1" --argjson port "$2" \
        '[.[] | select(.forward.protocol == $protocol and .forward.destinationPort == $port)] | max_by(.uptimeMs).id'
}

# counts NODE ID: packets and bytes of both ways.
counts() { node_session "$1" "$2" | jq -c '[.forward, .reverse] | map(.packets, .bytes)'; }

# at_least COUNTS COUNTS: none of the first is below that of the second.
at_least() {
    echo "$1 and $2"
    jq -en --argjson a "$1" --argjson b "$2" '($b | all(. > 0)) and ([$a, $b] | transpose | all(.[0] >= .[1]))'
}

# follows ID: what the owner counts now the standby knows two seconds later.
follows() {
    local now
    now=$(counts node0 "$1")
    sleep 2
    at_least "$(counts node1 "$1")" "$now"
}

# silent_for NODE ID LEAST: so many ms; its time-out goes on from there.
silent_for() {
    node_session "$1" "$2" | jq -c '.forward.idleMs, .idleTimeoutMs, .session' &&
        node_session "$1" "$2" | jq -e --argjson least "$3" \
            '.forward.idleMs >= $least and .session.timeoutMs <= .idleTimeoutMs - $least'
}

grows() {
    local now
    now=$(counts node1 "$1")
    sleep 3
    at_least "$(counts node1 "$1")" "$now" && [ "$(counts node1 "$1")" != "$now" ]
}

node_start_all
e2e_echo 50
meter server udp-reflector --port 7100
lab_exec client bash -c "echo hello >/dev/udp/$lab_server/7100"
sleep 10
busy=$(session_of tcp 7000) silent=$(session_of udp 7100)
e2e_check 'the standby knows the counters of a busy session' follows "$busy"
e2e_check 'and how long another one has been silent' silent_for node1 "$silent" 9000
before=$(counts node0 "$busy")
sleep 2
pid=$(node_pid node0)
node_kill node0
e2e_check 'the owner is killed: its counters are not lost' at_least "$(counts node1 "$busy")" "$before"
e2e_check 'they go on' grows "$busy"
e2e_check 'the silent session has been silent all the time' silent_for node1 "$silent" 13000
e2e_check 'every connection echoes' e2e_echo_alive
e2e_check 'the owner comes back' wait_for 90 'node0' node_is_back node0 "$pid"
e2e_check 'and knows them, too' wait_for 80 'that' eval 'at_least "$(counts node0 "$busy")" "$before"'
e2e_end
