# What every end-to-end test begins with: e2e_begin KIND "$@" raises the lab of its own and comes back inside it.
# Then e2e_check WHAT command... for each promise, and e2e_end.

. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
. "$deploy_dir/lib/jdk.sh"
. "$deploy_dir/lib/lab.sh"
. "$deploy_dir/lib/node.sh"
. "$deploy_dir/lib/traffic.sh"

e2e_failed=0

e2e_begin() {
    jdk_find
    if [ -z "${FAIRWAY_IN_LAB:-}" ]; then
        local status=0
        lab_enter "$0" || status=$?
        exit "$status"
    fi
    trap 'e2e_status=$?; [ $e2e_status = 0 ] || e2e_keep_logs' EXIT
    lab_up "$1"
    mkdir -p "$traffic_dir"
}

# e2e_check WHAT command...: one line, "ok" or "NOT OK"; it tells the seconds if they were many.
e2e_check() {
    local what=$1 begin=$SECONDS took
    shift
    if "$@" >"$traffic_dir/check.log" 2>&1; then
        took=$((SECONDS - begin))
        ((took < 5)) || what="$what, after $took s"
        printf 'ok      %s: %s\n' "$(basename "$0" .sh)" "$what"
    else
        printf 'NOT OK  %s: %s\n' "$(basename "$0" .sh)" "$what"
        sed 's/^/          /' "$traffic_dir/check.log" | tail -40
        e2e_failed=$((e2e_failed + 1))
    fi
}

e2e_end() { [ "$e2e_failed" = 0 ] || exit 1; }

e2e_keep_logs() {
    local kept
    kept=$(mktemp -d "${TMPDIR:-/tmp}/fairway-e2e.XXXXXX")
    rm -rf "$traffic_dir/www"
    cp -r "$node_root/." "$kept/" 2>/dev/null || true
    printf '        logs: %s\n' "$kept"
}

# How often the pair, or one node, has dropped for this reason.
e2e_drops() {
    local reason=$1 name sum=0
    shift
    for name in "${@:-node0}"; do
        sum=$((sum + $(node_ask "$name" drops | jq --arg reason "$reason" \
            '[.. | objects | select(.reason? == $reason) | .count] | add // 0')))
    done
    echo "$sum"
}

# e2e_echo COUNT [options]: opens so many echo connections and waits until they run.
e2e_echo() {
    local count=$1
    shift
    meter server echo-server --ports 7000-7003
    wait_for 10 'the echo server' test -s "$traffic_dir/echo-server.json"
    meter client echo-clients --to "$lab_server:7000" --count "$count" --rate 500 "$@"
    wait_for 30 'the echo connections' traffic_settled
}

# e2e_echo_alive [SECONDS]: all of them echo again within so long, and none broke.
e2e_echo_alive() {
    local before again=yes
    before=$(jq .echoes "$traffic_dir/echo-clients.json")
    wait_for "${1:-15}" 'more echoes' e2e_echo_beyond "$before" || again=''
    jq -c 'del(.gaps)' "$traffic_dir/echo-clients.json"
    [ -z "$again" ] ||
        ! jq -e '.lost == 0 and .failedToOpen == 0 and .alive == .wanted' "$traffic_dir/echo-clients.json" || return 0
    jq -r '.lostPorts[:3][]' "$traffic_dir/echo-clients.json" | while read -r port; do e2e_explain "$port"; done
    return 1
}

# e2e_explain PORT: what each node knows of the client's connection from this port.
e2e_explain() {
    local name
    for name in $node_names; do
        echo "$name:"
        node_sessions "$name" 2>/dev/null | jq -c --argjson port "$1" \
            '.[] | select(.forward.sourcePort == $port or .forward.natPort == $port or .reverse.natPort == $port)'
        node_ask "$name" drops | jq -c 'map(select(.count > 0))'
    done
}

# The connections have echoed at least five more times on average, and none waits.
e2e_echo_beyond() { jq -e ".echoes > $1 + 5 * .wanted and .overdue == 0" "$traffic_dir/echo-clients.json"; }

# Every session id of the first file is in the second.
e2e_none_gone() {
    jq -n --slurpfile a "$1" --slurpfile b "$2" \
        '(($a[0] | map(.id)) - ($b[0] | map(.id))) as $gone | ($gone | length), ($a[0] | length)'
    jq -en --slurpfile a "$1" --slurpfile b "$2" \
        '($a[0] | length) > 0 and (($a[0] | map(.id)) - ($b[0] | map(.id)) | length) == 0' >/dev/null
}
