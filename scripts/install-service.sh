#!/usr/bin/env bash
# Installs or upgrades Ronda as a systemd service from this folder. Run it again for an upgrade: configuration and
# database stay, and the program before is kept in /opt/ronda.before.
set -euo pipefail

usage() {
  cat <<'USAGE'
Usage: scripts/install-service.sh [--dry-run] [--node PATH] [--root DIR]

  --dry-run    print what would be done, do nothing
  --node PATH  the node to run Ronda with (default: the one in PATH)
  --root DIR   install into the file system mounted at DIR, e.g. an SD card; makes no user and starts nothing

Program /opt/ronda, configuration /etc/ronda, database /var/lib/ronda, user ronda, command /usr/local/bin/ronda.
USAGE
}

dry_run=no
root=""
node="$(command -v node || true)"
while [ $# -gt 0 ]; do
  case "$1" in
    --dry-run) dry_run=yes ;;
    --node) node="${2:?--node needs a path}"; shift ;;
    --root) root="$(cd "${2:?--root needs a folder}" && pwd)"; shift ;;
    -h | --help) usage; exit 0 ;;
    *) usage >&2; exit 2 ;;
  esac
  shift
done

fail() { echo "install-service: $*" >&2; exit 1; }
run() {
  if [ "$dry_run" = yes ]; then printf '+'; printf ' %q' "$@"; printf '\n'; else "$@"; fi
}
# Writes standard input to a file of that mode, whole or not at all.
write() {
  local mode="$1" path="$2" text
  text="$(cat)"
  if [ "$dry_run" = yes ]; then echo "+ write $path (mode $mode)"; return; fi
  printf '%s\n' "$text" >"$path.new"
  chmod "$mode" "$path.new"
  mv "$path.new" "$path"
}

cd "$(dirname "$0")/.."
[ -n "$node" ] && [ -x "$node" ] || fail "no node found: install Node 20.19 or later, or give --node PATH"
node="$(readlink -f "$node")"
"$node" -e 'const [a, b] = process.versions.node.split("."); process.exit(a > 20 || (a == 20 && b >= 19) ? 0 : 1)' ||
  fail "$node is $("$node" -v): Ronda needs Node 20.19 or later"
case "$node" in
  /home/* | /root/*) fail "$node lies in a home folder, which the service cannot see: install node for the whole machine, or give --node PATH" ;;
esac
[ -f dist/daemon/main.js ] || fail "dist/ is not there: run npm ci && npm run build first"
"$node" -e 'require("better-sqlite3")(":memory:").close()' 2>/dev/null ||
  fail "better-sqlite3 does not load with $node ($("$node" -v)): run npm ci (or npm rebuild better-sqlite3) with that node"
if [ "$dry_run" = no ] && [ -z "$root" ]; then
  [ "$(id -u)" = 0 ] || fail "run it as root (sudo), or look first with --dry-run"
  command -v systemctl >/dev/null || fail "no systemd on this machine: start Ronda by your own supervisor with: $node dist/daemon/main.js start"
fi

owner=()
if [ -z "$root" ]; then
  if ! id ronda >/dev/null 2>&1; then
    run useradd --system --user-group --home-dir /var/lib/ronda --no-create-home --shell /usr/sbin/nologin ronda
  fi
  owner=(-o root -g ronda)
fi
run install -d -m 0755 "$root/opt" "$root/etc/systemd/system" "$root/usr/local/bin"
run install -d -m 0750 "${owner[@]}" "$root/etc/ronda"

# The new program beside the old one, complete, before anything stops.
new="$root/opt/ronda.new"
run rm -rf "$new"
run mkdir "$new"
run cp -a dist drizzle docs package.json package-lock.json routers.example.yaml LICENSE README.md CHANGELOG.md node_modules "$new/"
run chmod -R u=rwX,go=rX "$new"
if [ -z "$root" ]; then run chown -R root:root "$new"; fi
# What only builds and tests is not needed there. Needs no network.
run env -C "$new" npm prune --omit=dev --ignore-scripts --offline --no-audit --no-fund

if [ ! -e "$root/etc/ronda/routers.yaml" ]; then
  # The service may write below /var/lib/ronda only.
  sed 's#path: \./data/ronda\.db.*#path: /var/lib/ronda/ronda.db#' routers.example.yaml |
    write 0640 "$root/etc/ronda/routers.yaml"
  if [ -z "$root" ]; then run chown root:ronda /etc/ronda/routers.yaml; fi
fi
# The key of the line passwords: outside the database and its backups. The service may not write there, so it is made here.
if [ ! -e "$root/etc/ronda/ronda.key" ]; then
  "$node" -e 'console.log("ronda-key-1 " + require("node:crypto").randomBytes(32).toString("base64url"))' |
    write 0600 "$root/etc/ronda/ronda.key"
  if [ -z "$root" ]; then run chown ronda:ronda /etc/ronda/ronda.key; fi
fi
sed "s#^ExecStart=/usr/bin/node #ExecStart=$node #" scripts/ronda.service | write 0644 "$root/etc/systemd/system/ronda.service"
# The same command for people: as the service's user, with the service's configuration and environment.
write 0755 "$root/usr/local/bin/ronda" <<WRAPPER
#!/bin/sh
# Runs Ronda's command line as the service's user, with the service's configuration.
set -eu
if [ "\$(id -un)" != ronda ]; then
  [ "\$(id -u)" = 0 ] || exec sudo "\$0" "\$@"
  exec runuser -u ronda -- "\$0" "\$@"
fi
cd /var/lib/ronda
env_file=""
if [ -r /etc/ronda/ronda.env ]; then env_file=--env-file=/etc/ronda/ronda.env; fi
exec "$node" \$env_file /opt/ronda/dist/daemon/main.js --config /etc/ronda/routers.yaml "\$@"
WRAPPER

before="$root/opt/ronda.before"
was_running=no
if [ -z "$root" ] && systemctl is-active --quiet ronda 2>/dev/null; then
  was_running=yes
  run systemctl stop ronda
fi
run rm -rf "$before"
if [ -e "$root/opt/ronda" ]; then run mv "$root/opt/ronda" "$before"; fi
run mv "$new" "$root/opt/ronda"

if [ -n "$root" ]; then
  [ "$dry_run" = no ] || { echo "nothing was done (--dry-run)"; exit 0; }
  echo "installed below $root. On that machine: make the user ronda, then systemctl enable --now ronda"
  exit 0
fi
run systemctl daemon-reload
run systemctl enable ronda
if [ "$dry_run" = yes ]; then
  [ "$was_running" = no ] || run systemctl start ronda
  echo "nothing was done (--dry-run)"
  exit 0
fi
if [ "$was_running" = yes ]; then
  systemctl start ronda
  echo "upgraded and started again: journalctl -u ronda -f"
else
  cat <<'NEXT'
installed, not started. Now:
  1. edit /etc/ronda/routers.yaml; for a password: file:/etc/ronda/NAME.password (owner root:ronda, mode 0640)
  2. ronda check && ronda doctor
  3. systemctl start ronda && journalctl -u ronda -f
NEXT
fi
