# Words that every script here uses: say, fail, and where things are. Sourced, never run.

deploy_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
top_dir=$(dirname "$deploy_dir")
PATH=$PATH:/usr/sbin:/sbin

say() { printf '%s\n' "$*" >&2; }
fail() {
    say "$(basename "$0"): $*"
    exit 1
}

# Milliseconds of the monotonic clock.
now_ms() {
    local up
    read -r up _ </proc/uptime
    printf '%s\n' "${up/./}0"
}

# wait_for SECONDS WHAT command...: runs the command until it succeeds.
wait_for() {
    local deadline=$((SECONDS + $1)) what=$2
    shift 2
    until "$@" >/dev/null 2>&1; do
        ((SECONDS < deadline)) || { say "waited in vain for $what"; return 1; }
        sleep 0.2
    done
}
