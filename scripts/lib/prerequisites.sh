# Names every program that this machine lacks, and where to get it, before anything else runs. The commands source
# this file; it is plain sh, because Python may be what is missing.

missing=""
miss() { missing="$missing
  - $1"; }

at_least() { # at_least FOUND WANTED: compares two dotted versions by major and minor
    found_major=${1%%.*} found_rest=${1#*.} wanted_major=${2%%.*} wanted_rest=${2#*.}
    found_minor=${found_rest%%.*} wanted_minor=${wanted_rest%%.*}
    [ "$found_major" -gt "$wanted_major" ] ||
        { [ "$found_major" -eq "$wanted_major" ] && [ "$found_minor" -ge "$wanted_minor" ]; }
}

require_rust() {
    wanted=$(sed -n 's/^rust-version = "\(.*\)"$/\1/p' "$root/Cargo.toml")
    if ! command -v cargo >/dev/null 2>&1 || ! command -v rustc >/dev/null 2>&1; then
        miss "Rust $wanted or newer (cargo and rustc): https://rustup.rs"
        return
    fi
    # In the repository, whose rust-toolchain.toml names the toolchain that rustup starts.
    found=$(cd "$root" && rustc --version 2>/dev/null | cut -d' ' -f2)
    if [ -z "$found" ]; then
        miss "the Rust toolchain of rust-toolchain.toml: rustup toolchain install, in this repository"
        return
    fi
    at_least "$found" "$wanted" || miss "Rust $wanted or newer, found $found: rustup update"
}

require_python() {
    if ! command -v python3 >/dev/null 2>&1; then
        miss "Python 3.10 or newer (python3), with venv: your system's python3 and python3-venv packages"
    elif ! python3 -c 'import sys; sys.exit(sys.version_info < (3, 10))' 2>/dev/null; then
        miss "Python 3.10 or newer, found $(python3 -V 2>&1): your system's newer python3 package, or pyenv"
    elif ! python3 -c 'import venv, ensurepip' 2>/dev/null; then
        miss "Python's venv and ensurepip: your system's python3-venv package"
    fi
}

require_c_compiler() {
    # rustc links with the program of this name.
    command -v cc >/dev/null 2>&1 ||
        miss "a C compiler (cc): your system's build-essential, gcc or Xcode command line tools"
}

require_all() {
    require_rust
    require_python
    require_c_compiler
    [ -z "$missing" ] && return
    printf '%s: this machine lacks:%s\n' "$0" "$missing" >&2
    exit 1
}
