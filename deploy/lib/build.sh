# Builds the product when its sources are newer than what was built. Sourced after jdk.sh.

build_stamp=$top_dir/deploy/target/built

build_is_fresh() {
    [ -f "$build_stamp" ] && [ -d "$top_dir/router-node/target/lib" ] || return 1
    [ -z "$(find "$top_dir" \( -name target -o -name .git \) -prune -o -type f \
        \( -path '*/src/main/*' -o -name pom.xml -o -path "$top_dir/.mvn/*" \) -newer "$build_stamp" -print -quit)" ]
}

# maven ARGUMENTS...: without the network where everything is there already.
build_maven() {
    local offline=
    [ ! -f "$HOME/.m2/fairway-resolved" ] || offline=-o
    (cd "$top_dir" && mvn -B -q $offline "$@") || { [ -n "$offline" ] && (cd "$top_dir" && mvn -B -q "$@"); }
}

build_needed() {
    build_is_fresh && return 0
    local log begin=$SECONDS
    log=$(mktemp)
    say "building (the first time takes some minutes) ..."
    if ! build_maven package -DskipTests >"$log" 2>&1; then
        grep -E 'ERROR|WARNING' "$log" | head -20 >&2
        fail "the build failed; its log: $log"
    fi
    rm -f "$log"
    mkdir -p "$(dirname "$build_stamp")"
    touch "$build_stamp"
    say "built in $((SECONDS - begin)) s"
}
