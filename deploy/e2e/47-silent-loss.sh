#!/usr/bin/env bash
# A router forgets sessions, and nothing tells so: packets of sessions that it does not know it answers by nothing. With
# session health checks the other router asks, is told, and says again what the sessions are: TCP and UDP go on.
#
#   client: connections, probe --- node0 --- [WAN] --- remote (forgets every session) --- server
set -eu
. "$(dirname "$0")/../lib/e2e.sh"
e2e_begin fairway

# Asked after 3 s of silence.
health_checks() {
    jq -f "$deploy_dir/lab/sealed.jq" "$deploy_dir/lab/lab.json" | jq -f "$deploy_dir/lab/alone.jq" |
        jq '."fairway-authority:authority".router[]."session-recovery-detection" =
            { mode: "inactivity-based", "inactivity-timeout": 3 }'
}

# The sessions of echo server and reflector: protocol and ports as the client chose them, on either router, and the id there.
first_knows() {
    node_sessions node0 | jq -r '.[] | .forward | select(.destinationPort >= 7000)
        | "\(.protocol)-\(.sourcePort)-\(.destinationPort)"' | sort
}

last_knows() {
    node_sessions remote0 | jq -r '.[] | .id as $id | .reverse
        | "\(.protocol)-\(.destinationPort)-\(.sourcePort) \($id)"' | sort
}

# all_are_known FILE: of what the first router knows nothing is missing; what the last one knows goes to this file.
all_are_known() {
    first_knows >"$traffic_dir/first"
    last_knows >"$1"
    cut -d' ' -f1 "$1" | comm -23 "$traffic_dir/first" - >"$traffic_dir/missing"
    echo "of $(wc -l <"$traffic_dir/first") sessions remote0 does not know $(wc -l <"$traffic_dir/missing")"
    [ "$(wc -l <"$traffic_dir/first")" -ge 51 ] && [ ! -s "$traffic_dir/missing" ]
}

forget_all() {
    cut -d' ' -f2 "$traffic_dir/before" | sed "s,.*,delete session & --node remote0 --state-dir $node_root," |
        "$deploy_dir/bin/fairway" shell
}

# Known again under another number: each was forgotten, and told of.
all_are_told_of() { all_are_known "$traffic_dir/after" && ! comm -12 "$traffic_dir/before" "$traffic_dir/after" | grep .; }

# A packet of a session that was forgotten says nothing and is answered by nothing.
is_deaf() { [ "$(e2e_drops UNKNOWN_FLOW_AT_WAYPOINT remote0)" -gt "$1" ]; }

received() { jq .received "$traffic_dir/udp-probe.json"; }

probe_goes_on() { [ "$(received)" -gt $(($1 + 200)) ]; }

counter() { node_ask "$1" counters | jq --arg name "$2" '.[] | select(.name == $name) | .value'; }

health_checks >"$node_root/health.json"
node_config=$node_root/health.json
node_names='node0 remote0'
node_start_all
meter server udp-reflector --port 7100
meter client udp-probe --to "$lab_server:7100"
e2e_echo 50 --lost-after-ms 60000
e2e_check 'both routers know every session' wait_for 10 'it' all_are_known "$traffic_dir/before"
deaf=$(e2e_drops UNKNOWN_FLOW_AT_WAYPOINT remote0)
e2e_check 'remote forgets them' forget_all
e2e_check 'it drops what comes of them by name' wait_for 5 'a drop' is_deaf "$deaf"
e2e_check 'it is told of all of them again' wait_for 20 'it' all_are_told_of
before=$(received)
e2e_check 'UDP goes on' wait_for 15 'the probe' probe_goes_on "$before"
e2e_check 'every connection echoes again' e2e_echo_alive 40
e2e_check 'every question was answered' [ "$(counter node0 'session health checks without an answer')" = 0 ]
e2e_end
