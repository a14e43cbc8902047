#!/usr/bin/env bash
# A node that cannot or must not start says why in one sentence and ends with a failure.
#
#   node0, node1: the pair runs; beside it: a wrong file, an unknown name, a second node0, no privilege
set -eu
. "$(dirname "$0")/../lib/e2e.sh"
e2e_begin fairway

# refuses PATTERN command...: fails within 30 s, not by a time-out, with a line that matches and no stack trace.
refuses() {
    local pattern=$1 status=0
    shift
    timeout 30 "$@" >"$traffic_dir/refused.log" 2>&1 || status=$?
    cat "$traffic_dir/refused.log"
    [ "$status" != 0 ] && [ "$status" != 124 ] || { echo "exit status $status"; return 1; }
    grep -qiE "$pattern" "$traffic_dir/refused.log" && ! grep -q '^[[:space:]]at ' "$traffic_dir/refused.log"
}

# The command that starts a node: start CONFIG NAME STATE_DIR
start() {
    echo nsenter --net=/run/netns/node0 -- "$deploy_dir/bin/fairway" node start \
        --config "$1" --node "$2" --state-dir "$3"
}

start_without_privilege() {
    echo nsenter --net=/run/netns/node0 -- setpriv --bounding-set=-all --inh-caps=-all \
        "$deploy_dir/bin/fairway" node start --config "$node_config" --node "$1" --state-dir "$2"
}

fresh() { mktemp -d "$node_root/fresh.XXXXXX"; }

wrong=$traffic_dir/wrong.json
jq '.["fairway-authority:authority"].router[0].pair["lease-ms"] = "soon"' "$node_config" >"$wrong"
e2e_check 'a wrong value is named by its path' refuses 'lease-ms' $(start "$wrong" node0 "$(fresh)")
jq '.["fairway-authority:authority"].router[0].colour = "red"' "$node_config" >"$wrong"
e2e_check 'an unknown member is named' refuses 'colour' $(start "$wrong" node0 "$(fresh)")
jq '.["fairway-authority:authority"].router[0].node[0]["jce-provider"] = "NoSuch"' "$node_config" >"$wrong"
e2e_check 'an unknown JCE provider is named' refuses 'no JCE provider with the name NoSuch' \
    $(start "$wrong" node0 "$(fresh)")
echo '{ "fairway-authority' >"$wrong"
e2e_check 'a file that is no JSON is named' refuses 'expected JSON' $(start "$wrong" node0 "$(fresh)")
e2e_check 'a missing file is named' refuses 'nowhere.json' $(start "$traffic_dir/nowhere.json" node0 "$(fresh)")
e2e_check 'an unknown node name is named' refuses 'node9' $(start "$node_config" node9 "$(fresh)")
e2e_check 'without privilege it says what to do' refuses 'CAP_NET_RAW|privilege|root' \
    $(start_without_privilege node0 "$(fresh)")
e2e_check 'show without a node says so' refuses 'not running|no node|not there' \
    "$deploy_dir/bin/fairway" show sessions --state-dir "$(fresh)"
node_start_all
e2e_echo 50
e2e_check 'a second start in the same folder is refused' refuses 'node0' \
    $(start "$node_config" node0 "$node_root")
e2e_check 'a second node of the same name is refused' refuses 'node0' $(start "$node_config" node0 "$(fresh)")
e2e_check 'the sessions go on' e2e_echo_alive
e2e_end
