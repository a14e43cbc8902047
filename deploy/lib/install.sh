# Sees to it that the Debian programs are there that lab, demo and tests use. Sourced after common.sh.

# program:package, the program that shows that the package is there.
install_wanted='nft:nftables iperf3:iperf3 nginx:nginx-light dnsmasq:dnsmasq-base dig:bind9-dnsutils ping:iputils-ping
    tcpdump:tcpdump curl:curl jq:jq ip:iproute2 unshare:util-linux mvn:maven ps:procps ethtool:ethtool
    dropbear:dropbear-bin ssh:openssh-client perl:perl-base'

install_missing() {
    local pair
    for pair in $install_wanted; do
        command -v "${pair%%:*}" >/dev/null || printf '%s ' "${pair#*:}"
    done
}

install_needed() {
    local missing log
    missing=$(install_missing)
    [ -n "$missing" ] || return 0
    command -v apt-get >/dev/null || fail "please install: $missing"
    [ "$(id -u)" = 0 ] || fail "please type: sudo apt-get install --no-install-recommends $missing"
    say "installing $missing"
    log=$(mktemp)
    # Debian starts a service as it installs it: nginx is masked until it is in.
    ln -sf /dev/null /run/systemd/system/nginx.service 2>/dev/null || true
    if ! { apt-get update && RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive \
        apt-get install -y --no-install-recommends $missing; } >"$log" 2>&1; then
        tail -5 "$log" >&2
        fail "apt-get could not install: $missing"
    fi
    rm -f "$log" /run/systemd/system/nginx.service
    missing=$(install_missing)
    [ -z "$missing" ] || fail "still missing after apt-get: $missing"
}
