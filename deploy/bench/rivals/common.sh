# What the tunnels of others need in the lab: their programs, out of Debian's packages into deploy/target/rivals without
# installing anything, and kernels that route through a device. Sourced by deploy/bench/tunnels.

rival_root=$top_dir/deploy/target/rivals
rival_east=10.99.9.1
rival_west=10.99.9.2

# rival_fetch PACKAGE...: their files, once.
rival_fetch() {
    local package
    for package in "$@"; do
        [ ! -e "$rival_root/$package.fetched" ] || continue
        mkdir -p "$rival_root/packages"
        say "fetching $package"
        (cd "$rival_root/packages" && apt-get download -q=2 "$package" >/dev/null 2>&1) ||
            fail "apt-get cannot download $package (try: sudo apt-get update)"
        dpkg -x "$rival_root/packages/${package}"_*.deb "$rival_root"
        touch "$rival_root/$package.fetched"
    done
}

# rival_version PACKAGE: which one was fetched.
rival_version() { basename "$rival_root/packages/$1"_*.deb | cut -d_ -f2 | sed 's/%3a/:/'; }

# rival_run NAMESPACE NAME command...: in the background, from what was fetched.
rival_run() {
    local where=$1 name=$2
    shift 2
    in_background "$where" "$name.log" env PATH="$rival_root/usr/bin:$rival_root/usr/sbin:$PATH" \
        LD_LIBRARY_PATH="$rival_root/usr/lib/$(uname -m)-linux-gnu" "$@"
}

# rival_tool command...: now, from what was fetched.
rival_tool() {
    PATH="$rival_root/usr/bin:$rival_root/usr/sbin:$PATH" \
        LD_LIBRARY_PATH="$rival_root/usr/lib/$(uname -m)-linux-gnu" "$@"
}

# The kernels of node0 and remote have addresses on all links and forward; no route leads to the other side yet.
rival_underlay() {
    lab_kernel kernel
    ip -n node0 route del 10.2.0.0/24
    ip -n remote route del 10.1.0.0/24
    mkdir -p "$traffic_dir/rival"
}

rival_device() { ip -n "$1" link show "$2" up; }

# rival_routes DEVICE: what is for the other side goes through this device, which node0 and remote both have.
rival_routes() {
    local end
    for end in node0 remote; do wait_for 20 "$1 in $end" rival_device "$end" "$1"; done
    ip -n node0 route replace 10.2.0.0/24 dev "$1"
    ip -n remote route replace 10.1.0.0/24 dev "$1"
}
