# Builds the product when its sources are newer than what was built. Sourced after jdk.sh.

build_stamp=$top_dir/deploy/target/built

build_is_fresh() {
    [ -f "$build_stamp" ] && [ -d "$top_dir/router-node/target/lib" ] || return 1
    [ -z "$(find "$top_dir" \( -name target -o -name .git \) -prune -o -type f \
        \( -path '*/src/main/*' -o -name pom.xml -o -path "$top_dir/.mvn/*" \) -newer "$build_stamp" -print -quit)" ]
}

# build_maven LOG goals...: without the network once everything was resolved, and where there is none.
build_maven() {
    local log=$1 resolved=$top_dir/deploy/target/resolved status=0
    shift
    local first=() second=(-o)
    if build_resolved "$resolved"; then
        first=(-o) second=()
    fi
    build_run "$log" "${first[@]}" "$@" || status=$?
    if [ "$status" != 0 ] && grep -qE 'Could not (transfer|find artifact)|Unknown host|offline mode' "$log"; then
        status=0
        build_run "$log" "${second[@]}" "$@" || status=$?
    fi
    [ "$status" != 0 ] || { mkdir -p "$(dirname "$resolved")" && touch "$resolved"; }
    return "$status"
}

# Whether a build succeeded since the last change of any pom.xml.
build_resolved() {
    [ -f "$1" ] && [ -z "$(find "$top_dir" -name target -prune -o -name pom.xml -newer "$1" -print -quit)" ]
}

build_run() {
    local log=$1
    shift
    (cd "$top_dir" && mvn -B -q "$@" >"$log" 2>&1)
}

# Lets a node and the command line rehearse and keep what they loaded: later starts take half the time.
# Both start without a cache as well, so a machine that cannot do this goes on without.
build_caches() {
    rm -f "$top_dir"/router-node/target/*.aot
    "$deploy_dir/lib/rehearse.sh" >"$top_dir/router-node/target/rehearsal.log" 2>&1 || true
}

build_needed() {
    build_is_fresh || build_now
    build_caches_are_fresh || build_caches
}

# Also caches that could not be made are not tried again before the next build.
build_caches_are_fresh() {
    local tried=$top_dir/router-node/target/rehearsal.log
    [ -f "$tried" ] &&
        [ -z "$(find "$top_dir/router-node/target" -maxdepth 2 -name '*.jar' -newer "$tried" -print -quit)" ]
}

build_now() {
    local log begin=$SECONDS
    log=$(mktemp)
    say "building (the first time takes some minutes) ..."
    if ! build_maven "$log" package -DskipTests; then
        grep -E 'ERROR|WARNING' "$log" | head -20 >&2
        fail "the build failed; its log: $log"
    fi
    rm -f "$log"
    mkdir -p "$(dirname "$build_stamp")"
    touch "$build_stamp"
    say "built in $((SECONDS - begin)) s"
}
