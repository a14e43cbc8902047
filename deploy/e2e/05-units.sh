#!/usr/bin/env bash
# The systemd unit: as systemd itself reads it.
set -eu
. "$(dirname "$0")/../lib/e2e.sh"
traffic_dir=$(mktemp -d)
trap 'rm -rf "$traffic_dir"' EXIT

# As installed here.
sed "s#/opt/fairway#$top_dir#" "$deploy_dir/systemd/fairway@.service" >"$traffic_dir/fairway@.service"
sed 's/^KillMode=.*/Killmode=process/' "$traffic_dir/fairway@.service" >"$traffic_dir/wrong@.service"

# No word may come of it: a line that systemd does not know is only warned of.
verified() {
    local said
    said=$(systemd-analyze verify "$1" 2>&1) && [ -z "$said" ] || { echo "$said"; return 1; }
}

if command -v systemd-analyze >/dev/null; then
    e2e_check 'systemd accepts the unit' verified "$traffic_dir/fairway@node0.service"
    e2e_check 'and would not accept a wrong one' eval '! verified "$traffic_dir/wrong@node0.service"'
else
    say 'there is no systemd-analyze here: the unit is not verified'
fi
e2e_end
