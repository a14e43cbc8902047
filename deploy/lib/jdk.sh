# Finds a JDK 25 or newer and exports JAVA_HOME and PATH. Sourced after common.sh.

jdk_wanted=25

# The major version of the JDK in a folder, or 0.
jdk_major() {
    local version=
    [ -x "$1/bin/java" ] && [ -x "$1/bin/javac" ] || { echo 0; return; }
    [ ! -r "$1/release" ] || version=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release")
    [ -n "$version" ] || version=$("$1/bin/java" -version 2>&1 | sed -n 's/.*version "\([0-9]*\).*/\1/p')
    echo "${version:-0}"
}

# The folder of the java program on PATH, or nothing.
jdk_on_path() {
    local java
    java=$(command -v java) || return 0
    dirname "$(dirname "$(readlink -f "$java")")"
}

jdk_find() {
    local folder
    for folder in "${JAVA_HOME:-}" "$(jdk_on_path)" /usr/lib/jvm/* /opt/* "$HOME"/.sdkman/candidates/java/*; do
        [ -n "$folder" ] && (($(jdk_major "$folder") >= jdk_wanted)) || continue
        export JAVA_HOME=$folder PATH="$folder/bin:$PATH"
        return 0
    done
    fail "no JDK $jdk_wanted: install one (openjdk-25-jdk-headless, or a tarball under /opt) or set JAVA_HOME"
}
